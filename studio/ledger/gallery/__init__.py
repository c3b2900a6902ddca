"""The gallery in the ledger: finding outputs, marks, deletion and collections."""
