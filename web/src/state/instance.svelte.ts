import { api } from '../api/client'
import type { Picture, ServerConfig } from '../api/types'

/** What this kiosk says of itself (`/config`); `config` is null until it has answered. */
class Instance {
  config = $state.raw<ServerConfig | null>(null)
  name = $derived(this.config?.instance.name ?? 'Kiosque')

  /** The sizes of a logo that was chosen, smallest first; by path, since the kiosk may be open under another address than its public one. */
  logo(type: string): Picture[] {
    const all = this.config?.instance.logo ?? []
    return all.filter((one) => one.type === type && !one.isFallback).map((one) => ({ width: one.width, path: new URL(one.fileUrl).pathname }))
  }
}

export const instance = new Instance()

/** Reads `/config` again, at start and after an administrator changed something. */
export async function loadInstance(): Promise<void> {
  instance.config = await api.get<ServerConfig>('/config').catch(() => instance.config)
}
