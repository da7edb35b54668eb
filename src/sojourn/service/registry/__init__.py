"""What arrives and is not declared: counted, listed, and adopted into the documents."""
