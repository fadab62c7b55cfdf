// Writes src/api/schema.ts, the types of the API's answers, from docs/api/openapi.json: `npm run openapi`.
import { readFileSync, writeFileSync } from 'node:fs'

const HEAD = `/** Made from docs/api/openapi.json by \`make openapi\`. Not written by hand. */\n`

/** The types of all schemas of an OpenAPI document, as TypeScript. */
export function types(document) {
  const schemas = document.components?.schemas ?? {}
  const declarations = Object.entries(schemas).map(([name, schema]) => declaration(...(generic(name, schemas) ?? [identifier(name), schema])))
  return HEAD + [...new Set(declarations)].join('')
}

function declaration(name, schema) {
  const isPlainObject = schema.type === 'object' && schema.properties && !schema.additionalProperties
  const start = isPlainObject ? `export interface ${name} ` : `export type ${name} = `
  return `\n${comment(schema, '')}${start}${type(schema, '')}\n`
}

/**
 * Each `List_Video` of the document is a schema of its own with the video written out. Here it is `List<Video>`: this says
 * what they all are, `List<T>`.
 */
function generic(name, schemas) {
  const [, whole, part] = /^(\w+)_(\w+)$/.exec(name) ?? []
  if (!whole) return null
  const text = JSON.stringify(schemas[name]).replaceAll(JSON.stringify(schemas[part]), '{"$ref":"T"}')
  return [`${whole}<T>`, JSON.parse(text)]
}

function type(schema, indent) {
  if (schema === true || schema === undefined) return 'unknown'
  if (schema.$ref) return identifier(schema.$ref.split('/').pop())
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  for (const [key, glue] of [['oneOf', ' | '], ['anyOf', ' | '], ['allOf', ' & ']]) {
    if (schema[key]) return [...new Set(schema[key].map((part) => within(type(part, indent), glue)))].join(glue)
  }
  if (Array.isArray(schema.type)) return schema.type.map((one) => within(type({ ...schema, type: one }, indent), ' | ')).join(' | ')
  switch (schema.type) {
    case 'string': return 'string'
    case 'integer': case 'number': return 'number'
    case 'boolean': return 'boolean'
    case 'null': return 'null'
    case 'array':
      if (schema.prefixItems) return `[${schema.prefixItems.map((part) => type(part, indent)).join(', ')}]`
      // A list of what there is none of.
      return schema.maxItems === 0 ? 'never[]' : `${within(type(schema.items, indent), '[]')}[]`
    case 'object': return object(schema, indent)
    default: return 'unknown'
  }
}

function object(schema, indent) {
  const inner = indent + '  '
  const required = new Set(schema.required ?? [])
  const lines = Object.entries(schema.properties ?? {}).map(
    ([name, value]) => `${comment(value, inner)}${inner}${key(name)}${required.has(name) ? '' : '?'}: ${type(value, inner)}\n`,
  )
  const more = schema.additionalProperties
  if (more) lines.push(`${inner}[key: string]: ${type(more, inner)}\n`)
  if (lines.length === 0) return 'Record<string, unknown>'
  return `{\n${lines.join('')}${indent}}`
}

function comment(schema, indent) {
  const text = schema.description?.trim().replaceAll('*/', '* /')
  if (!text) return ''
  const lines = text.split('\n')
  if (lines.length === 1) return `${indent}/** ${text} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd() + '\n').join('')}${indent} */\n`
}

const within = (text, glue) => (/ [|&] /.test(text) && glue !== ' | ' ? `(${text})` : text)
const identifier = (name) => name.replace(/_(\w+)$/, '<$1>').replace(/[^\w<>]+/g, '_')
const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name))

/** What src/api/schema.ts should say. */
export function fromDocument() {
  return types(JSON.parse(readFileSync(new URL('../../docs/api/openapi.json', import.meta.url), 'utf8')))
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(new URL('../src/api/schema.ts', import.meta.url), fromDocument())
}
