"""What providers say later: public addresses that trust a signature only."""
