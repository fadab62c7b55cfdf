/** What would surprise a client that was written against one type and gets another: a union of texts, `never` when nothing would. */
export type Differences<Ours, Theirs, Path extends string = ''> =
  // Nothing can be asked of what may be anything; and what there never is differs in nothing.
  true extends IsAny<Theirs> | IsNever<Ours>
    ? never
    : [Json<Theirs>] extends [readonly (infer Item)[]]
      ? [NonNullable<Ours>] extends [readonly (infer Own)[]]
        ? Differences<Own, Item, `${Path}[]`>
        : `${Path} is no list`
      : [Json<Theirs>] extends [object]
        ? { [K in Named<Json<Theirs>>]: OfKey<NonNullable<Ours>, Json<Theirs>, K, Path> }[Named<Json<Theirs>>]
        : [NonNullable<Ours>] extends [Json<Theirs>]
          ? never
          : `${Path} is of another type`

type OfKey<Ours, Theirs, K extends keyof Theirs & string, Path extends string> = K extends keyof Ours
  ? (MayMiss<Ours, K> extends true ? (MayMiss<Theirs, K> extends true ? never : `${Inside<Path>}${K} may be missing`) : never) | Differences<Ours[K], Theirs[K], `${Inside<Path>}${K}`>
  : MayMiss<Theirs, K> extends true
    ? never
    : `${Inside<Path>}${K} is missing`

/** As it comes out of JSON. Null is left out on both sides, see types.test.ts. */
type Json<T> = T extends Date ? string : NonNullable<T>
type Inside<Path extends string> = Path extends '' ? '' : `${Path}.`
/** Keys with names, without `[key: string]`. */
type Named<T> = keyof { [K in keyof T as string extends K ? never : number extends K ? never : K]: 0 } & keyof T & string
type MayMiss<T, K extends keyof T> = object extends Pick<T, K> ? true : false
export type IsAny<T> = 0 extends 1 & T ? true : false
type IsNever<T> = [T] extends [never] ? true : false
