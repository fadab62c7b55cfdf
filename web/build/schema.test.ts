import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromDocument, types } from './schema.mjs'

test('src/api/schema.ts is what docs/api/openapi.json says; write it again with `make openapi`', () => {
  expect(readFileSync(new URL('../src/api/schema.ts', import.meta.url), 'utf8')).toBe(fromDocument())
})

test('schemas of every form become types', () => {
  const schemas = {
    Level: { type: 'string', enum: ['good', 'bad'] },
    Finding: {
      type: 'object',
      description: 'One thing.',
      required: ['id', 'level', 'parts'],
      properties: {
        id: { type: 'integer' },
        level: { $ref: '#/components/schemas/Level' },
        todo: { type: ['string', 'null'] },
        owner: { oneOf: [{ type: 'null' }, { $ref: '#/components/schemas/Level' }] },
        parts: { type: 'array', items: { type: ['number', 'null'] } },
        'x-any': {},
      },
    },
    Names: { type: 'object', additionalProperties: { type: 'boolean' } },
    Size: { type: ['array', 'null'], items: false, prefixItems: [{ type: 'integer' }, { type: 'integer' }] },
  }
  expect(types({ components: { schemas } }).split('\n').slice(2).join('\n')).toBe(`export type Level = "good" | "bad"

/** One thing. */
export interface Finding {
  id: number
  level: Level
  todo?: string | null
  owner?: null | Level
  parts: (number | null)[]
  "x-any"?: unknown
}

export type Names = {
  [key: string]: boolean
}

export type Size = [number, number] | null
`)
})

test('lists of anything are one type', () => {
  const video = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } }
  const list = (items: object) => ({ type: 'object', description: 'A page.', required: ['data'], properties: { data: { type: 'array', items } } })
  const group = { type: 'string' }
  const schemas = { Group: group, List_Group: list(group), List_Video: list(video), Video: video, Home: { type: 'object', properties: { all: { $ref: '#/components/schemas/List_Video' } } } }
  expect(types({ components: { schemas } }).split('\n').slice(2).join('\n')).toBe(`export type Group = string

/** A page. */
export interface List<T> {
  data: T[]
}

export interface Video {
  id: number
}

export interface Home {
  all?: List<Video>
}
`)
})
