#!/usr/bin/env -S trace run
/*
 * What is the shop doing? Counts, the distribution of latencies, and money by country.
 *
 *   trace run shop.d -p PID
 */
#pragma D option quiet

shop*:::request-start
{
	start[arg0] = timestamp;
}

shop*:::request-done
/start[arg0]/
{
	@requests[copyinstr(arg1)] = count();
	@latency[copyinstr(arg1)] = quantize((timestamp - start[arg0]) / 1000);
	start[arg0] = 0;
}

shop*:::checkout
{
	@cents[copyinstr(arg1)] = sum(arg2);
	@average[copyinstr(arg1)] = avg(arg2);
}

END
{
	printf("Requests by page:\n");
	printa("  %-12s %@8d\n", @requests);
	printf("\nLatency by page, in microseconds:\n");
	printa(@latency);
	printf("Checkouts by country: total and average, in cents:\n");
	printa("  %-12s %@12d %@8d\n", @cents, @average);
}
