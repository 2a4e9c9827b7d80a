"""What is not the language: found, told in the author's words, and gone on behind."""
