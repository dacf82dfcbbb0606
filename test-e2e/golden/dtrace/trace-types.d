BEGIN
{
	trace((int8_t)-1);
	trace((uint8_t)200);
	trace((int16_t)-2);
	trace((uint16_t)65535);
	trace((int32_t)-3);
	trace((uint32_t)4294967295);
	trace((int64_t)-4);
	trace((uint64_t)-5);
	trace("text");
	trace("");
	trace("text that is longer than the column that it stands in");
	exit(0);
}
