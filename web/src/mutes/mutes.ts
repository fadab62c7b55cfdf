import { api } from '../api/client'
import type { BlockedBy, BlockStatus } from '../api/types'

/** Whose name it is: `name@host`. */
export interface Named {
  name: string
  host: string
}

const handle = (of: Named) => `${of.name}@${of.host}`
/** Where mutes are kept: one's own, or those that hold for everybody. */
export const LIST = { me: '/users/me/blocklist/accounts', all: '/server/blocklist/accounts' } as const
/** The same of whole servers. */
export const SERVERS = { me: '/users/me/blocklist/servers', all: '/server/blocklist/servers' } as const
export type For = keyof typeof LIST

/** Who does not want to hear somebody. */
export async function mutedBy(of: Named, signal?: AbortSignal): Promise<BlockedBy> {
  const found = await api.get<BlockStatus>('/blocklist/status', { accounts: [handle(of)] }, signal)
  return found.accounts[handle(of)] ?? { blockedByServer: false, blockedByUser: false }
}

export function setMuted(of: Named, whom: For, muted: boolean): Promise<void> {
  return muted ? api.post(LIST[whom], { accountName: handle(of) }) : api.delete(`${LIST[whom]}/${encodeURIComponent(handle(of))}`)
}
