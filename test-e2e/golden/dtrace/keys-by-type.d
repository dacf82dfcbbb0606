#pragma D option quiet

BEGIN
{
	@a[(int8_t)-1] = count();
	@b[(uint8_t)200] = count();
	@c[(int16_t)-2] = count();
	@d[(uint16_t)65535] = count();
	@e[(int32_t)-3] = count();
	@f[(uint32_t)4294967295] = count();
	@g[(int64_t)-4] = count();
	@h[(uint64_t)-5] = count();
	@i["tab\tin", (int8_t)7, "b"] = count();
	exit(0);
}
