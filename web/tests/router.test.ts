import { expect, test } from 'vitest'
import { match } from '../src/router.svelte'
import { routes } from '../src/routes'

const path = (address: string) => match(address, routes)

test('addresses find their pages and their parameters', () => {
  expect(path('/')?.route.path).toBe('/')
  expect(path('/@fanfare')?.params).toEqual({ name: 'fanfare' })
  expect(path('/@fanfare@montclair.example')?.params).toEqual({ name: 'fanfare@montclair.example' })
  expect(path('/c/fanfare/videos')?.params).toEqual({ name: 'fanfare' })
  expect(path('/videos')?.route.path).toBe('/videos')
  expect(path('/videos/')?.route.path).toBe('/videos')
  expect(path('/videos/edit/abc')?.route.path).toBe('/videos/edit/:id')
  expect(path('/a/b%C3%A9')?.params).toEqual({ name: 'bé' })
  expect(path('/a/%E0%A4%A')?.params).toEqual({ name: '%E0%A4%A' })
})

test('what the server answers itself is no page of the client', () => {
  for (const address of ['/api/v1/ping', '/feeds/videos.xml', '/static/x.mp4', '/nothing', '/w', '/videos/a/b/c']) expect(path(address)).toBeNull()
})
