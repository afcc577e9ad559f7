"""Lists and their editions: what was issued under which document, in force from when until when."""
