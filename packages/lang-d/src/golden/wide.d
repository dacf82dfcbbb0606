/* Values of every width, and what becomes of them. */
int i;
string s[string, int];

BEGIN
{
	i = 0x7fffffff;
	i += 1;
	this->c = (char)i;
	s["a", i] = strjoin(probename, lltostr(this->c));
	trace((short)-1);
	trace(s["a", i] == "x" || this->c);
	@d = lquantize(i, 0, 100, 10);
	if (i < 0) { normalize(@d, 10); } else clear(@d);
}

ERROR { }
