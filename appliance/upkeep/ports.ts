/** One backup file of this box. */
export interface BackupFile {
  name: string
  file: string
  at: number
  bytes: number
  reason: string
}

/** What upkeep needs of the store's backups. */
export interface BackupsPort {
  list(): BackupFile[]
  create(reason: string): Promise<BackupFile>
  find(name: string): BackupFile
  remove(name: string): void
  thin(keep: number): void
  stage(file: string): Promise<{ version: number }>
}

/** Everything from before these moments (ms) is to go. */
export interface Cutoffs {
  vitals: number
  audit: number
}
