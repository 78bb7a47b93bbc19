/** The part of JSON Schema that the schemas in this folder are written in. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * The TypeScript type of a request that a schema describes: the two cannot drift apart, because
 * the schema is the only place where the fields are written down. TSDoc on a schema's property
 * shows on the type's property.
 */
export type RequestOf<S extends ObjectSchema> = Required_<S> & {
  [K in keyof S['properties'] as Exclude<K, S['required'][number]>]?:
    ValueOf<S['properties'][K]> | undefined;
};

/** As {@link RequestOf}, for a response: Authlete may send `null` for a field that has no value. */
export type ResponseOf<S extends ObjectSchema> = Required_<S> & {
  [K in keyof S['properties'] as Exclude<K, S['required'][number]>]?:
    ValueOf<S['properties'][K]> | null | undefined;
};

type Required_<S extends ObjectSchema> = {
  [K in keyof S['properties'] as Extract<K, S['required'][number]>]: ValueOf<S['properties'][K]>;
};

type ValueOf<S> = S extends { readonly enum: readonly (infer E)[] }
  ? E
  : S extends { readonly type: 'string' }
    ? string
    : S extends { readonly type: 'integer' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : S extends { readonly type: 'array'; readonly items: infer I }
          ? readonly ValueOf<I>[]
          : S extends ObjectSchema
            ? RequestOf<S>
            : never;
