import { api } from '../api/client'
import type { ServerConfig } from '../api/types'

/** What this kiosk says of itself (`/config`); `config` is null until it has answered. */
class Instance {
  config = $state.raw<ServerConfig | null>(null)
  name = $derived(this.config?.instance.name ?? 'Kiosque')
}

export const instance = new Instance()

/** Reads `/config` again, at start and after an administrator changed something. */
export async function loadInstance(): Promise<void> {
  instance.config = await api.get<ServerConfig>('/config').catch(() => instance.config)
}
