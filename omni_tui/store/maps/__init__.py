"""Which conversations have a word: a set of bits for each frequent one; questions of many words are sums of sets."""
