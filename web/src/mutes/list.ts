import { api } from '../api/client'
import type { AccountBlock, List, ServerBlock } from '../api/types'
import type { Where } from '../router.svelte'
import { LIST, SERVERS, type For } from './mutes'

export const COUNT = 25
/** As many as the server gives at once. */
const MOST = 100
export interface Found {
  muted: List<AccountBlock>
  /** The newest muted servers. */
  servers: List<ServerBlock>
}

/** A page of muted accounts, as the address asks for it, and muted servers. */
export async function load(whom: For, { url, signal }: Where): Promise<Found> {
  const page = Math.max(1, Number(url.searchParams.get('page')) || 1)
  const query = { sort: '-createdAt', start: (page - 1) * COUNT, count: COUNT }
  const [muted, servers] = await Promise.all([api.get<List<AccountBlock>>(LIST[whom], query, signal), readServers(whom, 0, COUNT, signal)])
  return { muted, servers }
}

/** Some muted servers, the newest first. */
export function readServers(whom: For, start: number, count = COUNT, signal?: AbortSignal): Promise<List<ServerBlock>> {
  return api.get<List<ServerBlock>>(SERVERS[whom], { sort: '-createdAt', start, count: Math.min(count, MOST) }, signal)
}
