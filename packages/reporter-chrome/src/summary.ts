/** What the file says about itself: counts of what it holds, and of what could not be shown as it was. */

/** All are counts, zero at first. */
export interface Summary {
  /** Complete spans, by thread. */
  spans: number;
  /** Complete spans, by key. */
  asyncSpans: number;
  instants: number;
  /** Ends whose begin was not seen: shown as instants. */
  endsWithoutBegin: number;
  /** Begins whose end was not seen: shown without an end. */
  beginsWithoutEnd: number;
  /** Spans still open when one around them ended: shown as ending with it. */
  spansCutShort: number;
  /** Spans that ended before they began, by their times: shown with no duration. */
  negativeDurations: number;
  /** Open spans beyond what is kept in memory: shown without an end. */
  spansForgotten: number;
  /** Events without a time of their own: shown at the time they came. */
  eventsWithoutTime: number;
  /** Elements of aggregations that are not shown, past the limit of a counter. */
  seriesLeftOut: number;
  /** Records that the tracer lost. */
  lostRecords: number;
}

export function emptySummary(): Summary {
  return {
    spans: 0,
    asyncSpans: 0,
    instants: 0,
    endsWithoutBegin: 0,
    beginsWithoutEnd: 0,
    spansCutShort: 0,
    negativeDurations: 0,
    spansForgotten: 0,
    eventsWithoutTime: 0,
    seriesLeftOut: 0,
    lostRecords: 0,
  };
}
