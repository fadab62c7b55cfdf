/** Files that the browser lets us open again on a later visit (File System Access; Chrome and its kin). */

const NAME = 'kiosque'
const STORE = 'files'

/** What lib.dom does not know yet. */
interface Permitted extends FileSystemFileHandle {
  queryPermission?: (what: { mode: 'read' }) => Promise<PermissionState>
  requestPermission?: (what: { mode: 'read' }) => Promise<PermissionState>
}

function database(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const opening = indexedDB.open(NAME, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
    opening.onsuccess = () => done(opening.result)
    opening.onerror = () => failed(opening.error ?? new Error('no database'))
  })
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await database()
  try {
    return await new Promise<T>((done, failed) => {
      const request = act(db.transaction(STORE, mode).objectStore(STORE))
      request.onsuccess = () => done(request.result)
      request.onerror = () => failed(request.error ?? new Error('no answer'))
    })
  } finally {
    db.close()
  }
}

/** Keeps the way to a file. */
export async function keep(key: string, handle: FileSystemFileHandle): Promise<void> {
  await run('readwrite', (store) => store.put(handle, key))
}

/** Forgets the way to a file. */
export async function forget(key: string): Promise<void> {
  await run('readwrite', (store) => store.delete(key))
}

/**
 * Opens a file again. Without `mayAsk` only if the browser need not ask the reader: else `ask`, and null when
 * there is no way to it. With `mayAsk` (in a click) the browser asks; null when it is refused or the file is gone.
 */
export async function open(key: string, mayAsk: boolean): Promise<File | 'ask' | null> {
  const handle = await run('readonly', (store) => store.get(key) as IDBRequest<Permitted | undefined>)
  if (!handle) return null
  let permission = await handle.queryPermission?.({ mode: 'read' })
  if (permission === 'prompt' && mayAsk) permission = await handle.requestPermission?.({ mode: 'read' })
  if (permission === 'prompt') return 'ask'
  return permission === 'granted' ? handle.getFile() : null
}

/** What lib.dom does not know yet. */
interface Picker {
  showOpenFilePicker?: (options: { multiple: boolean }) => Promise<FileSystemFileHandle[]>
}

/** Whether this browser's picker gives ways to files. */
export function canPick(): boolean {
  return 'showOpenFilePicker' in window
}

/** Asks the reader for files. An empty list when none were chosen. */
export async function pick(): Promise<Map<File, FileSystemFileHandle>> {
  const handles = await (window as Picker).showOpenFilePicker?.({ multiple: true }).catch(() => [])
  return new Map(await Promise.all((handles ?? []).map(async (handle) => [await handle.getFile(), handle] as const)))
}

/** The files of a drop, with ways to them where the browser gives them. */
export async function dropped(transfer: DataTransfer): Promise<{ files: File[]; handles: Map<File, FileSystemFileHandle> }> {
  const files = [...transfer.files]
  const handles = new Map<File, FileSystemFileHandle>()
  // Both are read before the first wait: the browser empties the transfer after the event.
  const ways = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) =>
      (item as DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }).getAsFileSystemHandle?.(),
    )
  for (const [index, way] of ways.entries()) {
    const handle = await way?.catch(() => null)
    const file = files[index]
    if (file && handle?.kind === 'file') handles.set(file, handle as FileSystemFileHandle)
  }
  return { files, handles }
}
