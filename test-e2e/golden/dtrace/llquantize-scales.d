#pragma D option quiet

BEGIN
{
	@a = llquantize(-99999, 3, 1, 3, 9);
	@a = llquantize(99999, 3, 1, 3, 9);
	@b = llquantize(-99999, 2, 0, 4, 4);
	@b = llquantize(99999, 2, 0, 4, 4);
	@c = llquantize(5, 2, 2, 4, 4);
	@d = llquantize(-5, 10, 1, 2, 10);
	@e = llquantize(9, 10, 0, 2, 20);
	@f = llquantize(-9, 10, 0, 2, 20);
	@g = llquantize(99999, 10, 2, 3, 10);
	@h = llquantize(-99999, 10, 2, 3, 10);
	exit(0);
}
