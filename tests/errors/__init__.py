"""Wrong programs, and exactly what kfdsl says about them."""
