/** The facts of one schema of an API description that the schemas must agree with. */
export interface ApiFacts {
  required: string[];
  /** By name: the JSON type, an enum's values, or an item or nested type. */
  fields: Record<string, string>;
}

type Schema = Record<string, unknown> & {
  $ref?: string;
  type?: string;
  enum?: readonly string[];
  items?: Schema;
  required?: readonly string[];
  properties?: Record<string, Schema>;
};

/** Reads the facts, by schema name, from the OpenAPI document or from the schemas of scripts/schemas. */
export function readFacts(schemas: Record<string, object>): Record<string, ApiFacts> {
  const all = schemas as Record<string, Schema>;
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : (all[schema.$ref.split('/').pop() ?? ''] ?? {});

  const describeType = (unresolved: Schema): string => {
    const schema = resolve(unresolved);
    if (schema.enum) return [...schema.enum].sort().join('|');
    if (schema.type === 'array') return `[${describeType(schema.items ?? {})}]`;
    if (schema.type !== 'object') return schema.type ?? '';
    const required = new Set(schema.required);
    const fields = Object.entries(schema.properties ?? {}).map(
      ([name, field]) => `${name}${required.has(name) ? '!' : ''}:${describeType(field)}`,
    );
    return `{${fields.sort().join(',')}}`;
  };

  return Object.fromEntries(
    Object.entries(all).map(([name, { required = [], properties = {} }]) => [
      name,
      {
        required: [...required].sort(),
        fields: Object.fromEntries(
          Object.entries(properties).map(([field, schema]) => [field, describeType(schema)]),
        ),
      },
    ]),
  );
}
