/**
 * How DTrace lays out the members of structs and unions that scripts declare (libctf, ctf_add_member). It differs from C: there
 * is no room at the end, a struct is aligned as its first member, and each bit-field has bytes of its own.
 */
import { alignmentOf, bitFieldBytes, sizeOf, type DType, type Member, type RecordDType } from "./d-type.ts";

/** A member as declared: without a name its own members count; `width` is that of a bit-field, in bits. */
export interface DeclaredMember {
  readonly name: string | undefined;
  readonly type: DType;
  readonly width?: number;
}

/** Gives `record` its members. */
export function layOut(
  record: RecordDType,
  kind: "struct" | "union",
  declared: readonly DeclaredMember[],
): void {
  const members = new Map<string, Member>();
  const alignments: number[] = [];
  let end = 0;
  let size = 0;
  for (const { name, type, width } of declared) {
    const bytes = width === undefined ? sizeOf(type) : bitFieldBytes(width);
    const alignment = width === undefined ? alignmentOf(type) : Math.max(bytes, 1);
    const offset = kind === "union" ? 0 : Math.ceil(end / alignment) * alignment;
    if (name !== undefined) members.set(name, { type, offset, ...(width === undefined ? {} : { width }) });
    else if (type.kind === "record")
      for (const [inner, member] of type.layout.members ?? [])
        members.set(inner, { ...member, offset: member.offset + offset });
    alignments.push(alignment);
    end = offset + bytes;
    size = Math.max(size, end);
  }
  record.layout.members = members;
  record.layout.alignment = kind === "union" ? Math.max(...alignments, 1) : (alignments[0] ?? 1);
  record.layout.size = size;
}
