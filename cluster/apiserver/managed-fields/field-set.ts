/** FieldsV1 as it goes over the wire: `{"f:spec": {"f:replicas": {}}}`, `.` for the field itself where it has children. */
export type FieldsV1 = { readonly [element: string]: FieldsV1 }

/** A set of field paths. Follows structured-merge-diff's fieldpath.Set: a path may be in it with or without those below. */
export class FieldSet {
  member = false
  readonly children = new Map<string, FieldSet>()

  static parse(fields: FieldsV1): FieldSet {
    const set = new FieldSet()
    for (const [element, below] of Object.entries(fields)) {
      if (element === '.') {
        set.member = true
        continue
      }
      const child = FieldSet.parse(below)
      if (child.children.size === 0) child.member = true
      set.children.set(element, child)
    }
    return set
  }

  child(element: string): FieldSet {
    let child = this.children.get(element)
    if (!child) {
      child = new FieldSet()
      this.children.set(element, child)
    }
    return child
  }

  insert(path: readonly string[]): void {
    let set: FieldSet = this
    for (const element of path) set = set.child(element)
    set.member = true
  }

  has(path: readonly string[]): boolean {
    let set: FieldSet | undefined = this
    for (const element of path) set = set?.children.get(element)
    return set?.member ?? false
  }

  get empty(): boolean {
    if (this.member) return false
    for (const child of this.children.values()) if (!child.empty) return false
    return true
  }

  union(other: FieldSet): FieldSet {
    const joined = new FieldSet()
    joined.member = this.member || other.member
    for (const [element, child] of this.children) {
      joined.children.set(element, child.union(other.children.get(element) ?? NONE))
    }
    for (const [element, child] of other.children) {
      if (!this.children.has(element)) joined.children.set(element, child)
    }
    return joined
  }

  /** Without exactly the other's paths; what lies below them stays. */
  difference(other: FieldSet): FieldSet {
    const left = new FieldSet()
    left.member = this.member && !other.member
    for (const [element, child] of this.children) {
      const rest = child.difference(other.children.get(element) ?? NONE)
      if (!rest.empty) left.children.set(element, rest)
    }
    return left
  }

  /** Without the other's paths and everything below them. */
  without(other: FieldSet): FieldSet {
    const left = new FieldSet()
    left.member = this.member && !other.member
    for (const [element, child] of this.children) {
      const out = other.children.get(element)
      if (out?.member) continue
      const rest = out ? child.without(out) : child
      if (!rest.empty) left.children.set(element, rest)
    }
    return left
  }

  toJSON(): FieldsV1 {
    const fields: Record<string, FieldsV1> = {}
    if (this.member && this.children.size > 0) fields['.'] = {}
    const elements = [...this.children.keys()].sort((a, b) => (a < b ? -1 : 1))
    for (const element of elements) fields[element] = (this.children.get(element) as FieldSet).toJSON()
    return fields
  }
}

const NONE = new FieldSet()
