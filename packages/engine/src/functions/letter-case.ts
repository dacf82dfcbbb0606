/** Letters of ASCII alone change their case, as in the kernel. */

export function tolower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function toupper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
