"""Steps of the database schema, `NNNN_name.py`, run in order by `marge.storage.open`; never changed once released."""
