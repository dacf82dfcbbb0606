#pragma D option quiet

BEGIN
{
	@q["a"] = quantize(100);
	@q["b"] = quantize(3);
	@q["b"] = quantize(3);
	@q["c"] = quantize(-1000);
	@q["e"] = quantize(0);
	@q["d"] = quantize(0, 3);
	@l["a"] = lquantize(50, 0, 100, 10);
	@l["b"] = lquantize(5, 0, 100, 10);
	@l["under"] = lquantize(-6, 0, 100, 10);
	@l["over"] = lquantize(106, 0, 100, 10);
	@ll["a"] = llquantize(100, 10, 0, 3, 10);
	@ll["b"] = llquantize(3, 10, 0, 3, 10);
	@ll["c"] = llquantize(-1000, 10, 0, 3, 10);
	exit(0);
}
