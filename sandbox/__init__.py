"""A Salesforce and a SAP Business One server, with a company in them, for trying and testing."""
