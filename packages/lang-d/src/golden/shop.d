#!/usr/sbin/dtrace -s
#pragma D option quiet
#pragma D option aggsortkey

self uint64_t start;

BEGIN
{
	printf("tracing %d\n", $target);
}

shop$target:::request-start
{
	self->start = timestamp;
	inflight[tid] = copyinstr(arg1);
}

shop$target:::request-done
/self->start != 0 && (int)arg0 >= 200/
{
	@latency[inflight[tid], arg0 / 100] = quantize((timestamp - self->start) / 1000);
	@slowest = max(timestamp - self->start);
	self->start = 0;
}

tick-5sec, END
{
	printa("%-20s %d %@d\n", @latency);
	printa(@slowest);
	trunc(@latency, 10);
	exit(seen++ > 3 ? 1 : 0);
}
