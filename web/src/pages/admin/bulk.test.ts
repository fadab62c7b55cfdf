import { expect, test } from 'vitest'
import { each } from './bulk'

test('one that is refused keeps nobody else', async () => {
  const told: number[] = []
  const came = await each([1, 2, 3], (item) => (item === 2 ? Promise.reject(new Error('no')) : Promise.resolve()), (done) => told.push(done))
  expect(came.done).toEqual([1, 3])
  expect(came.failed.map((one) => one.item)).toEqual([2])
  expect(told).toEqual([0, 1, 2, 3])
})
