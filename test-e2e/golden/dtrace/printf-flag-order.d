#pragma D option quiet

/* The last of - and 0 counts, and a precision of 0 is none. */
BEGIN
{
	printf("[%-05d][%0-5d][%-05s][%.0d][%.0s][%5.0d]\n", 5, 5, "ab", 0, "abc", 0);
	exit(0);
}
