import { api } from '../../api/client'
import { Problem } from '../../api/problem'
import type { GroupLogEntry, GroupWithPeople, Invitation, JoinRequest, List, Member } from '../../api/types'
import type { Where } from '../../router.svelte'

export const COUNT = 25
export const PARTS = ['people', 'invitations', 'requests', 'log', 'details'] as const
export type Part = (typeof PARTS)[number]

export interface Data {
  about: GroupWithPeople
  part: Part
  /** The parts that the reader may open. */
  parts: Part[]
  members: List<Member>
  invitations: List<Invitation>
  requests: List<JoinRequest>
  log: List<GroupLogEntry>
}

export async function load({ params, url, signal }: Where): Promise<Data> {
  const name = params.name ?? ''
  const path = `/groups/${encodeURIComponent(name)}`
  const about = await api.get<GroupWithPeople>(path, {}, signal)
  const may = about.me?.may ?? []
  if (!about.me) throw new Problem(401, 'Sign in to see the people of a group.')
  if (!may.includes('seePeople')) throw new Problem(403, 'You are not in this group.')
  const parts = PARTS.filter((part) => part === 'people' || (part === 'log' ? may.includes('readLog') : part === 'details' ? may.includes('describe') : may.includes('people')))
  const part = parts.find((one) => one === params.part) ?? 'people'
  const start = (Math.max(1, Number(url.searchParams.get('page')) || 1) - 1) * COUNT
  const page = <T>(of: Part, list: string): Promise<List<T>> => (part === of ? api.get<List<T>>(`${path}/${list}`, { start, count: COUNT }, signal) : Promise.resolve({ total: 0, data: [] }))
  const [members, invitations, requests, log] = await Promise.all([
    page<Member>('people', 'members'),
    page<Invitation>('invitations', 'invitations'),
    page<JoinRequest>('requests', 'requests'),
    page<GroupLogEntry>('log', 'log'),
  ])
  return { about, part, parts, members, invitations, requests, log }
}
