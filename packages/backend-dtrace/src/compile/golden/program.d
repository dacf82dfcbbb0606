/* Written by trace for DTrace 2. Lines that begin with a tab are messages to trace. */
#pragma D option strsize=64
#pragma D option switchrate=50ms

self int64_t begun;
int32_t var_total;
this int64_t n;
this int64_t trace_value;

dtrace:::BEGIN
{
	printf("\tready\n");
}

profile:::tick-1h
{
}

profile:::tick-1s
{
	printf("\talive\n");
}

shop1234:::check-out,
dtrace:::BEGIN
{
	this->n = 0;
}

shop1234:::check-out
/ arg1 > 5 /
{
	@ns[copyinstr(arg0), (int64_t)pid] = quantize(arg1);
	@mean_count = count();
	@mean_sum = sum(arg1);
	this->trace_value = arg1;
	@dev_count = count();
	@dev_sum = sum(this->trace_value);
	@dev_hh_high = sum(((this->trace_value >> 32) * (this->trace_value >> 32)) >> 32);
	@dev_hh_low = sum(((this->trace_value >> 32) * (this->trace_value >> 32)) & 0xffffffff);
	@dev_hl_high = sum(((this->trace_value >> 32) * (this->trace_value & 0xffffffff)) >> 32);
	@dev_hl_low = sum(((this->trace_value >> 32) * (this->trace_value & 0xffffffff)) & 0xffffffff);
	@dev_ll_high = sum(((uint64_t)(this->trace_value & 0xffffffff) * (uint64_t)(this->trace_value & 0xffffffff)) >> 32);
	@dev_ll_low = sum(((uint64_t)(this->trace_value & 0xffffffff) * (uint64_t)(this->trace_value & 0xffffffff)) & 0xffffffff);
}

shop1234:::check-out
{
	printf("\tclause 1\t%d\t%d\t%d\n", timestamp, pid, tid);
	printf("\titem 0\t%d\t%S\n", (int64_t)(int32_t)((int64_t)(int32_t)arg1 + 1), copyinstr(arg0));
	self->begun = (int64_t)timestamp;
	var_total += (int64_t)(int32_t)arg1;
	printf("\tend 1\n");
}

profile:::tick-5s
{
	printf("\tclause 2\t%d\t%d\t%d\n", timestamp, pid, tid);
	printf("\trows 0\n");
	printa("\trow 0 0\t%S\t%d\t%@d\n", @ns);
	printf("\titem 1\n");
	printf("\ttrunc 0\t%d\n", (int64_t)3);
	printf("\trows 1\n");
	printa("\trow 1 0\t%@d\n", @mean_count);
	printa("\trow 1 1\t%@d\n", @mean_sum);
	printf("\tclear 1\n");
	printf("\tnormalize 1\t%d\n", (int64_t)10);
	printf("\tend 2\n");
}

shop1234:::check-out,
dtrace:::BEGIN
{
	printf("\tclause 3\t%d\t%d\t%d\t%S\t%S\t%S\t%S\n", timestamp, pid, tid, probeprov, probemod, probefunc, probename);
	this->n++;
	printf("\titem 2\t%d\n", this->n);
	printf("\tend 3\n");
}

dtrace:::END
{
	printf("\tclause 4\t%d\t%d\t%d\n", timestamp, pid, tid);
	printf("\titem 3\t%d\n", (int64_t)(int32_t)(var_total - var_total / -3 * -3));
	exit((int32_t)(int64_t)(int32_t)(var_total - var_total / -3 * -3));
	printf("\tend 4\n");
}

dtrace:::END
{
	printf("\tfinal\n");
	printf("\trows 0\n");
	printa("\trow 0 0\t%S\t%d\t%@d\n", @ns);
	printf("\trows 1\n");
	printa("\trow 1 0\t%@d\n", @mean_count);
	printa("\trow 1 1\t%@d\n", @mean_sum);
	printf("\trows 2\n");
	printa("\trow 2 0\t%@d\n", @dev_count);
	printa("\trow 2 1\t%@d\n", @dev_sum);
	printa("\trow 2 2\t%@d\n", @dev_hh_high);
	printa("\trow 2 3\t%@d\n", @dev_hh_low);
	printa("\trow 2 4\t%@d\n", @dev_hl_high);
	printa("\trow 2 5\t%@d\n", @dev_hl_low);
	printa("\trow 2 6\t%@d\n", @dev_ll_high);
	printa("\trow 2 7\t%@d\n", @dev_ll_low);
	printf("\tdone\n");
}
