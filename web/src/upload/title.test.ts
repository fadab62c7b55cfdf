import { expect, test } from 'vitest'
import { titleFrom } from './title'

const cases: [string, string][] = [
  ['Concert d’automne.mp4', 'Concert d’automne'],
  ['VID_20261121_174502.mp4', '21 novembre 2026'],
  ['PXL_20261121_174502123.mp4', '21 novembre 2026'],
  ['repetition_2026-11-19_camera-balcon.mov', 'Repetition camera balcon, 19 novembre 2026'],
  ['Interview trompettes.mp4', 'Interview trompettes'],
  ['assemblee.generale.2026.1080p.x264.mkv', 'Assemblee generale 2026'],
  ['Le bal (final).mp4', 'Le bal'],
  ['IMG_4021.MOV', 'IMG 4021'],
  ['DSCN0012.AVI', 'DSCN0012'],
  ['WhatsApp Video 2026-11-21 at 17.45.02.mp4', '21 novembre 2026'],
  ['20261399_120000.mp4', '20261399 120000'],
  ['a.mp4', 'A……'],
  ['Fe\u0302te.mp4', 'Fête'],
]
test.each(cases)('%s', (name, title) => {
  expect(titleFrom(name, 'fr')).toBe(title)
})

test('a long name is cut where a title ends', () => {
  const title = titleFrom(`${'mot '.repeat(60)}.mp4`, 'fr')
  expect(title.length).toBeLessThanOrEqual(120)
  expect(title.endsWith('…')).toBe(true)
})
