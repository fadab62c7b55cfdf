import { api } from '../api/client'

/** As much of a group or an account as following it needs. */
export interface Followable {
  name: string
  host: string
  displayName: string
}

/** `name@host`, as the server wants it, also of those that live here. */
const whole = (one: Followable) => `${one.name}@${one.host}`

/** Whether the reader, who is signed in, follows a group or an account. */
export function follows(one: Followable): Promise<boolean> {
  return api.get<Record<string, boolean>>('/users/me/subscriptions/exist', { uris: [whole(one)] }).then((known) => known[whole(one)] ?? false)
}

/** Follows, or follows no more. */
export function follow(one: Followable, wanted: boolean): Promise<void> {
  return wanted ? api.post('/users/me/subscriptions', { uri: whole(one) }) : api.delete(`/users/me/subscriptions/${encodeURIComponent(whole(one))}`)
}
