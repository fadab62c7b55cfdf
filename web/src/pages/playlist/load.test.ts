import { expect, test } from 'vitest'
import { Availability, type PlaylistElement } from '../../api/types'
import { nextPlace, placeOf, previousPlace, type InList } from './load'

const element = (position: number, there: boolean) =>
  ({ id: position, position, type: there ? Availability.regular : Availability.gone, video: there ? {} : null }) as PlaylistElement
const inList = (position: number, elements: PlaylistElement[], total: number) => ({ playlist: {}, element: elements[0], elements, total, position }) as InList

test('what cannot be played is passed over, both ways', () => {
  const some = [element(1, true), element(2, false), element(3, true), element(4, false)]
  expect([1, 3, 4].map((at) => nextPlace(inList(at, some, 4)))).toEqual([3, null, null])
  expect([1, 3, 4].map((at) => previousPlace(inList(at, some, 4)))).toEqual([null, 1, 3])
})

test('a long list goes on beyond what was read', () => {
  const second = [element(101, true), element(102, true)]
  expect(nextPlace(inList(102, second, 250))).toBe(103)
  expect(previousPlace(inList(101, second, 250))).toBe(100)
})

test('an address asks for a place, or for none', () => {
  const place = (query: string) => placeOf(new URL(`https://k.example/w/p/x${query}`))
  expect(['', '?playlistPosition=3', '?playlistPosition=0', '?playlistPosition=-1', '?playlistPosition=x'].map(place)).toEqual([null, 3, null, null, null])
})
