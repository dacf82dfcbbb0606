/** The version of D that scripts meet here: that of the dtrace(8) which this command follows. */
export const dVersion = "2.0.7";
