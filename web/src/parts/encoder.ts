import type { Encoder } from '../api/types'
import { t } from '../i18n/index.svelte'

/** An encoder's name as people say it: a chip has its own, software is called what it is. */
export function encoderName(encoder: Pick<Encoder, 'id' | 'name' | 'hardware'>): string {
  return encoder.hardware ? encoder.name : t('encoder.inSoftware', { name: encoder.id })
}
