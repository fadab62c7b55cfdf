import { expect, test } from 'vitest'
import type { Comment, CommentTree } from '../api/types'
import type { Comments } from './api'
import { named, Talk } from './talk.svelte'

function comment(id: number, more: Partial<Comment> = {}): Comment {
  return { id, text: `${id}`, isDeleted: false, pinned: false, heldForReview: false, totalReplies: 0, ...more } as Comment
}
const tree = (id: number, children: CommentTree[] = [], totalChildren = children.length): CommentTree => ({ comment: comment(id), children, totalChildren })

/** A server that answers what is written here. */
function server(answers: Partial<Record<keyof Comments, (...given: never[]) => unknown>>): Comments {
  return new Proxy({}, { get: (_, name: keyof Comments) => (...given: never[]) => Promise.resolve(answers[name]?.(...given)) }) as Comments
}
const at = (all: Talk['threads'], place: number) => all[place] as Talk['threads'][number]
const drawn = (all: Talk['threads']): string => all.map((one) => `${one.comment.isDeleted ? '-' : one.comment.id}${one.answers.length > 0 ? `(${drawn(one.answers)})` : ''}`).join(' ')

test('threads come page by page, each once, also when one was begun meanwhile', async () => {
  const ids = Array.from({ length: 20 }, (_, at) => 40 - at)
  const talk = new Talk(server({ threads: (_: never, start: number) => ({ total: ids.length, totalNotDeletedComments: 20, data: ids.slice(start, start + 15).map((id) => comment(id)) }) }))
  await talk.begin('newest')
  expect([talk.threads.length, talk.left]).toEqual([15, 5])
  ids.unshift(41)
  await talk.more()
  expect(talk.threads.map((one) => one.comment.id)).toEqual(Array.from({ length: 20 }, (_, at) => 40 - at))
  expect(talk.left).toBe(0)
})

test('answers are fetched in their order behind those of a link', async () => {
  const answers = [tree(11), tree(12), tree(13)]
  const talk = new Talk(
    server({
      threads: () => ({ total: 1, totalNotDeletedComments: 5, data: [comment(10, { totalReplies: 4 })] }),
      wayTo: () => tree(10, [tree(13, [tree(14)])], 3),
      replies: (_: never, start: number) => ({ total: 3, data: answers.slice(start, start + 2) }),
    }),
  )
  await talk.begin('newest')
  await talk.lead(14)
  expect(drawn(talk.threads)).toBe('10(13(14))')
  expect([talk.asked?.comment.id, talk.threads[0]?.left]).toEqual([14, 2])
  await talk.answers(at(talk.threads, 0))
  expect(drawn(talk.threads)).toBe('10(11 12 13(14))')
  expect(talk.threads[0]?.left).toBe(0)
})

test('what is removed leaves an empty place while something answers it', async () => {
  const talk = new Talk(server({ threads: () => ({ total: 1, totalNotDeletedComments: 3, data: [comment(1, { totalReplies: 2 })] }), replies: () => ({ total: 1, data: [tree(2, [tree(3)])] }) }))
  await talk.begin('newest')
  const first = at(talk.threads, 0)
  await talk.answers(first)
  const second = at(first.answers, 0)
  await talk.remove(second, 'author')
  expect([drawn(talk.threads), talk.comments, first.comment.totalReplies]).toEqual(['1(-(3))', 2, 1])
  await talk.remove(at(second.answers, 0), 'group')
  expect([drawn(talk.threads), talk.comments, first.left]).toEqual(['1', 1, 0])
  await talk.remove(first, 'author')
  expect([drawn(talk.threads), talk.total]).toEqual(['', 0])
})

test('what one says comes where it belongs', async () => {
  let id = 100
  const talk = new Talk(server({ threads: () => ({ total: 2, totalNotDeletedComments: 2, data: [comment(1, { pinned: true }), comment(2)] }), write: () => comment((id += 1)) }))
  await talk.begin('newest')
  const made = await talk.write('x', null)
  await talk.write('y', made)
  expect(drawn(talk.threads)).toBe('1 101(102) 2')
  expect([talk.comments, made.comment.totalReplies, made.left]).toEqual([4, 1, 0])
})

test('an address names a comment', () => {
  const of = (address: string) => named(new URL(address, 'https://k.example'))
  expect([of('/w/a#comment-12'), of('/w/a;threadId=7'), of('/w/a#comment-x'), of('/w/a')]).toEqual([12, 7, null, null])
})

test('what is written before the list has come is shown, and once', async () => {
  const kept = [1]
  const asked: (() => void)[] = []
  const threads = async () => {
    const data = kept.map((id) => comment(id)).reverse()
    await new Promise<void>((answer) => asked.push(answer))
    return { total: data.length, totalNotDeletedComments: data.length, data }
  }
  const write = () => comment(kept[kept.push(kept.length + 1) - 1] as number)
  const late = new Talk(server({ threads, write }))
  const begun = late.begin('newest')
  await expect.poll(() => asked.length).toBe(1)
  await late.write('two', null)
  asked[0]?.()
  await expect.poll(() => asked.length).toBe(2)
  asked[1]?.()
  await begun
  expect([drawn(late.threads), late.comments, late.total]).toEqual(['2 1', 2, 2])

  // The list has it, and its own answer comes later.
  let told = () => {}
  const slow = new Talk(server({ threads: () => ({ total: 2, totalNotDeletedComments: 2, data: [comment(2), comment(1)] }), write: () => new Promise((tell) => (told = () => tell(comment(2)))) }))
  const sent = slow.write('two', null)
  await slow.begin('newest')
  told()
  await sent
  expect([drawn(slow.threads), slow.comments, slow.total]).toEqual(['2 1', 2, 2])
})
