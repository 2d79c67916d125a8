"""Salesforce: its objects, its sign-in, its wire, reading and sending."""
