"""What a voter's word has been worth so far. Pure: numbers in, numbers out; no clock, no chance."""
