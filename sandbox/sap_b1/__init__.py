"""The sandbox's SAP Business One Service Layer: a server that knows no plant."""

from sandbox.sap_b1.app import create_app, environment, load_company

__all__ = ["create_app", "environment", "load_company"]
