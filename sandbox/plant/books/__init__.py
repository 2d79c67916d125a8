"""The plant's bookkeeping: every posting leaves a document as the ERP would show it."""
