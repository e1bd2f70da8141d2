"""What a document says and where: bytes to paragraphs, quotes to places. Pure functions, no table, no clock."""
