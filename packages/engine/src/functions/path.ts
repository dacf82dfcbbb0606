/** Parts of path names: basename, dirname, cleanpath (dtrace(1), "Subroutines"; basename(3)). */

/** The last component; `/` of the root, `.` of nothing. */
export function basename(path: string): string {
  if (path === "") return ".";
  const trimmed = trimSlashes(path);
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** All but the last component; `.` where there is no other. */
export function dirname(path: string): string {
  const trimmed = trimSlashes(path);
  const slash = trimmed.lastIndexOf("/");
  if (slash < 0) return trimmed === "" && path !== "" ? "/" : ".";
  return trimSlashes(trimmed.slice(0, slash)) || "/";
}

/** The path without empty components, `.`, and `..` as far as it can be resolved. */
export function cleanpath(path: string): string {
  if (path === "") return "";
  const isAbsolute = path.startsWith("/");
  const kept: string[] = [];
  for (const component of path.split("/")) {
    if (component === "" || component === ".") continue;
    if (component !== "..") kept.push(component);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isAbsolute) kept.push(component);
  }
  return isAbsolute ? `/${kept.join("/")}` : kept.join("/") || ".";
}

/** `path` without slashes at its end. */
function trimSlashes(path: string): string {
  let end = path.length;
  while (path.charCodeAt(end - 1) === 0x2f) end--;
  return path.slice(0, end);
}
