import { expect, test } from "vitest";
import { installHint } from "./detect.ts";
import { dialectOf, versionAtLeast } from "./dialect.ts";

test.each([
  ["ID=debian\nVERSION_ID=12\n", "apt-get install bpftrace"],
  ["ID=ubuntu\nID_LIKE=debian\n", "apt-get install bpftrace"],
  ["ID=fedora\n", "dnf install bpftrace"],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', "dnf install bpftrace"],
  ["ID=alpine\n", "apk add bpftrace"],
  ["ID=arch\n", "pacman -S bpftrace"],
  ['ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', "zypper install bpftrace"],
  ["", "the package bpftrace of your distribution"],
])("the hint says how to install: %j", (release, command) => {
  expect(installHint(release)).toContain(command);
});

test("versions are ordered by number", () => {
  expect(versionAtLeast("0.17.0", "0.17.0")).toBe(true);
  expect(versionAtLeast("0.9.4", "0.17.0")).toBe(false);
  expect(versionAtLeast("1.0", "0.23.5")).toBe(true);
  expect(versionAtLeast("nonsense", "0.1.0")).toBe(false);
});

test("the limits of a version", () => {
  expect(dialectOf("0.17.0")).toMatchObject({ maxStringSize: 200, stringsOnStack: true });
  expect(dialectOf("0.23.2")).toMatchObject({
    maxStringSize: 1024,
    stringSizeVariable: "BPFTRACE_MAX_STRLEN",
  });
});
