"""What people may ask for: all that is known of them, and to be forgotten; and the list of those who get nothing."""
