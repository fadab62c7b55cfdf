import type { AccountBlock, ActorSummary, Comment, CommentThreads, CommentTree, Group, GroupLogEntry, GroupWithPeople, HeldIn, HiddenVideo, Invitation, JoinRequest, ListedComment, Me, Member, Membership, ModerationLogEntry, ModeratorWarning, MyVideo, Notification, Offer, OpenInvitation, Playlist, PlaylistElement, Profile, Progress, Registration, ReportMessage, ServerJob, StaffReport, Video, VideoFile, VideoItem } from '../../src/api/types'

/** What the pretended kiosk holds: enough of everything for every page to have something to show. */
export interface World {
  groups: number
  videos: number
  signedIn: boolean
}

const NAMES = ['Fanfare des Deux-Ponts', 'Maison de quartier des Tilleuls', 'La Roue libre, atelier vélo', 'Ciné-club Le Grillon', 'Basket-club', 'Jardin partagé']
const TITLES = [
  'Le bal de la place, du premier au dernier rappel',
  'Changer une chambre à air sans outil',
  'Soupe du mercredi : la recette pour cinquante personnes',
  'Assemblée générale extraordinaire, version intégrale avec ses annexes et ses questions',
  'Déchiffrer « La Marche des lavandières »',
  'Planter l’ail et les fèves avant les gelées',
  'Le marché d’automne en musique',
  'VID_20261121_174502_assemblee_generale_extraordinaire.mp4',
]
const DATE = '2026-10-20T18:00:00.000Z'
const label = <I>(id: I) => ({ id, label: `Label ${String(id)}` })
const index = <T>(list: T[], at: number): T => list[at % list.length] as T

export function group(at: number): Group {
  const name = `group${at}`
  return {
    id: at + 1,
    name,
    host: 'kiosque.example',
    url: `http://kiosque.example/video-channels/${name}`,
    displayName: index(NAMES, at),
    avatars: [],
    banners: at === 0 ? [{ width: 1920, path: '/lazy-static/banners/4.svg' }] : [],
    description: at % 2 ? 'Cuivres, bois et peaux.\n\n- le **jeudi**\n- https://kiosque.example' : 'Cuivres, bois et peaux.',
    support: at === 0 ? 'Une cotisation.' : null,
    followersCount: 0,
    isLocal: true,
    createdAt: DATE,
  }
}

export function item(at: number): VideoItem {
  return {
    id: at + 1,
    uuid: `00000000-0000-4000-8000-00000000000${at}`,
    shortUUID: `short${at}`,
    url: '',
    name: index(TITLES, at),
    category: label(1),
    licence: label(1),
    language: label('fr'),
    privacy: label((at % 5) + 1),
    nsfw: at === 5,
    nsfwFlags: at === 5 ? 3 : 0,
    nsfwSummary: at === 5 ? 'Un cerf est tué.' : null,
    truncatedDescription: null,
    isLocal: at !== 6,
    isLive: false,
    duration: [4360, 375, 842][at % 3] ?? 0,
    views: at * 171,
    likes: 3,
    dislikes: 1,
    thumbnailPath: `/lazy-static/thumbnails/${at}.svg`,
    previewPath: `/lazy-static/previews/${at}.svg`,
    publishedAt: DATE,
    createdAt: DATE,
    originallyPublishedAt: null,
    account: account(),
    channel: group(at),
    userHistory: at === 0 ? { currentTime: 1600 } : undefined,
  }
}

export function video(at: number): Video {
  return {
    ...item(at),
    description: 'Un **soir** d’été.\n\n0:00 Ouverture\n2:05 La Marche',
    support: null,
    tags: ['bal', 'été'],
    commentsPolicy: label(1),
    mayManage: true,
    downloadEnabled: true,
    blacklisted: at === 3,
    blacklistedReason: at === 3 ? 'Hors sujet' : null,
    state: label(1),
    waitTranscoding: false,
    channel: group(at),
    account: { ...account(), description: 'Le bureau.', followersCount: 0, createdAt: DATE },
    files: [],
    streamingPlaylists: [{ id: 1, playlistUrl: '/static/none.m3u8', files: [file(360), file(720)] }],
  }
}

function file(lines: number): VideoFile {
  const url = `/static/${lines}.mp4`
  return { id: lines, resolution: { id: lines, label: `${lines}p` }, width: (lines * 16) / 9, height: lines, size: lines * 1e6, fps: 25, fileUrl: url, fileDownloadUrl: url }
}

export function account(): ActorSummary & { description: string; followersCount: number; createdAt: string } {
  return {
    id: 1,
    name: 'bureau',
    host: 'kiosque.example',
    url: '',
    displayName: 'Le bureau',
    avatars: [],
    description: 'Qui tient le kiosque.',
    followersCount: 0,
    createdAt: DATE,
  }
}

export function me(): Me {
  return {
    id: 1,
    username: 'bureau',
    email: 'bureau@kiosque.example',
    role: label(0),
    theme: 'instance-default',
    language: null,
    p2pEnabled: true,
    nsfwPolicy: 'do_not_list',
    nsfwFlagsDisplayed: 0,
    nsfwFlagsHidden: 0,
    nsfwFlagsBlurred: 0,
    nsfwFlagsWarned: 0,
    videosHistoryEnabled: true,
    videoQuota: 20e9,
    videoQuotaDaily: -1,
    twoFactorEnabled: false,
    pendingEmail: null,
    account: account(),
    videoChannels: [group(0), group(1)],
    notificationSettings: { newVideoFromSubscription: 1, newCommentOnMyVideo: 1, commentMention: 1, myVideoPublished: 1, newFollow: 0, newUserRegistration: 3, abuseAsModerator: 3, blacklistOnMyVideo: 3, abuseStateChange: 3, abuseNewMessage: 3, groupPeople: 3 },
    unreadNotificationsCount: 2,
    unreadWarnings: 0,
  }
}

/** One of each kind. */
export function notifications(): Notification[] {
  const told = (type: number, about: Partial<Notification>): Omit<Notification, 'id' | 'read'> => ({ type, createdAt: DATE, ...about })
  const named = { id: 1, shortUUID: 'short1', name: 'Le bal de la place' }
  const by = person('camille', 'Camille')
  const comment = (heldForReview: boolean) => ({ id: 7, threadId: 7, account: by, video: named, heldForReview })
  const follow = (type: 'account' | 'channel') => ({ follower: by, following: { type, name: 'group0', displayName: 'Fanfare des Deux-Ponts', host: 'kiosque.example' } })
  const all = [
    told(1, { video: { ...named, channel: group(2) } }),
    told(2, { comment: comment(false) }),
    told(2, { comment: comment(true) }),
    told(6, { video: { ...named, channel: group(0) } }),
    told(9, { account: by }),
    told(10, { actorFollow: follow('account') }),
    told(10, { actorFollow: follow('channel') }),
    told(11, { comment: comment(false) }),
    told(3, { abuse: { id: 5, state: 1 } }),
    told(4, { videoBlacklist: { id: 2, video: named } }),
    told(5, { video: { ...named, channel: group(0) } }),
    told(15, { abuse: { id: 5, state: 3 } }),
    told(15, { abuse: { id: 6, state: 2 } }),
    told(16, { abuse: { id: 5, state: 1 } }),
    told(20, { registration: { id: 1, username: 'dominique' } }),
    ...[23, 24, 25, 1001, 1002, 1003].map((type) => told(type, { group: group(1), account: by })),
    ...[1004, 1005, 1006].map((type) => told(type, { video: { ...named, channel: group(1) }, account: by })),
  ]
  return all.map((one, at) => ({ id: all.length - at, read: at > 1, ...one }))
}

const person = (name: string, displayName: string) => ({ ...account(), id: name.length, name, displayName })

/** The people of a group, as its owner sees them, or somebody who is not in it. */
export function people(signedIn: boolean): GroupWithPeople {
  const place: GroupWithPeople['me'] = { role: 'administrator', owner: true, shown: true, invited: null, asked: null, requests: 2, may: ['seePeople', 'publish', 'editVideos', 'describe', 'people', 'readLog', 'own'] }
  return { group: group(0), joining: 'request', members: 3, me: signedIn ? place : null }
}
export function members(): Member[] {
  const one = (name: string, displayName: string, role: Member['role'], shown = true): Member => ({ account: person(name, displayName), role, owner: name === 'bureau', shown, since: DATE })
  return [one('bureau', 'Le bureau', 'administrator'), one('lea', 'Léa Martin', 'moderator'), one('anselme', 'Anselme', 'member', false)]
}
export function invitations(): Invitation[] {
  const one = (id: number, more: Partial<Invitation>): Invitation => ({ id, group: group(1), account: null, role: 'member', by: account(), expiresAt: DATE, uses: 3, mostUses: 10, ...more })
  return [one(1, {}), one(2, { account: person('lea', 'Léa Martin'), role: 'moderator', by: null })]
}
export function offers(): Offer[] {
  return [0, 3].map((at) => ({ id: at + 1, status: 'WAITING', initiatorAccount: { ...account(), ...person('lea', 'Léa Martin') }, nextOwnerAccount: account(), video: item(at), createdAt: DATE }))
}
export function requests(): JoinRequest[] {
  return [
    { account: person('anselme', 'Anselme'), message: 'Je joue du bugle.\nLe mardi je suis libre.', createdAt: DATE },
    { account: person('lea', 'Léa Martin'), message: '', createdAt: DATE },
  ]
}
export function groupLog(): GroupLogEntry[] {
  const all: [GroupLogEntry['action'], string | null][] = [['videoSent', 'Le bal'], ['roled', 'moderator'], ['opened', 'request'], ['pictured', 'banners'], ['left', null]]
  return all.map(([action, detail], id) => ({ id, at: DATE, action, actor: id === 4 ? null : account(), subject: person('lea', 'Léa Martin'), video: id === 0 ? 'short0' : null, detail }))
}
export const profile = (): Profile => ({ websites: [{ label: 'Notre site', url: 'https://fanfare.example/' }, { label: '', url: 'https://www.ailleurs.example/fanfare' }], banners: [] })
export const memberships = (): Membership[] => [{ group: group(2), role: 'moderator', owner: false, shown: false, since: DATE }]
export const openInvitation = (): OpenInvitation => ({ group: group(0), role: 'moderator', by: account(), expiresAt: DATE, member: false })

function progress(stage: Progress['stage'], more: Partial<Progress> = {}): Progress {
  return { state: label(2), stage, playable: false, queuePosition: null, reason: null, reasonCode: null, secondsLeft: null, note: null, renditions: [], ...more }
}

/** One video in each state. */
export function mine(): MyVideo[] {
  const states: (Progress | null)[] = [
    null,
    progress('encoding', {
      playable: true,
      secondsLeft: 340,
      renditions: [
        { resolution: { id: 360, label: '360p' }, state: 'ready', done: 1, secondsLeft: 0, copied: false },
        { resolution: { id: 720, label: '720p' }, state: 'encoding', done: 0.64, secondsLeft: 340, copied: false },
        { resolution: { id: 1080, label: '1080p' }, state: 'waiting', done: 0, secondsLeft: 1300, copied: false },
      ],
    }),
    progress('queued', { queuePosition: 2 }),
    progress('probing'),
    progress('paused'),
    progress('failed', { reason: 'The file ends too early.', reasonCode: 'damaged' }),
  ]
  return states.map((state, at) => ({ ...item(at), privacy: label(1), blacklisted: at === 1, state: label(state ? 2 : 1), waitTranscoding: false, sizeOnDisk: (at + 1) * 6.2e8, progress: state }))
}

/** What is watched later, then one of each privacy. */
export function playlist(at: number): Playlist {
  const privacy = at === 0 ? 3 : ((at - 1) % 3) + 1
  return {
    id: at + 1,
    uuid: `00000000-0000-4000-9000-00000000000${at}`,
    shortUUID: `list${at}`,
    displayName: at === 0 ? 'Watch later' : index(['Les bals de l’été', 'À montrer aux nouveaux', 'Pour la réunion de décembre, à regarder dans cet ordre'], at - 1),
    description: at === 1 ? 'Trois soirs, **dans l’ordre**.' : null,
    privacy: label(privacy),
    type: label(at === 0 ? 2 : 1),
    thumbnailPath: at === 2 ? null : `/lazy-static/thumbnails/${at}.svg`,
    videosLength: at === 2 ? 0 : 6,
    createdAt: DATE,
    updatedAt: DATE,
    ownerAccount: account(),
    videoChannelPosition: privacy === 3 ? null : at,
    videoChannel: privacy === 3 ? null : group(0),
  }
}

/** Films of a playlist; one is gone, one is private. */
export function elements(): PlaylistElement[] {
  return [0, 1, 2, 3, 4, 5].map((at) => ({
    id: at + 1,
    position: at + 1,
    startTimestamp: at === 1 ? 62 : null,
    stopTimestamp: at === 1 ? 125 : null,
    type: at === 2 ? 1 : at === 3 ? 2 : 0,
    video: at === 2 || at === 3 ? null : item(at),
  }))
}

export const held: HeldIn[] = [{ playlistId: 1, playlistElementId: 1 }]

/** Somebody in each state who wants an account. */
export function registrations(): Registration[] {
  const one = (id: number, more: Partial<Registration>): Registration => ({
    id,
    state: label(1),
    registrationReason: 'Je chante dans la chorale.\nJe filme nos concerts.',
    moderationResponse: null,
    username: `personne${id}`,
    email: `personne${id}@kiosque.example`,
    emailVerified: true,
    accountDisplayName: 'Une personne',
    createdAt: DATE,
    ...more,
  })
  return [one(1, {}), one(2, { emailVerified: false, registrationReason: '' }), one(3, { state: label(2), moderationResponse: 'Pas cette année.' }), one(4, { state: label(3), emailVerified: null })]
}

const TEXTS = ['Nous l’avons passé en **boucle** à l’heure du conte, @bureau.', 'C’est un soubassophone ! Passez un jeudi, il se laisse essayer.', 'Nous viendrons à quatorze, c’est possible ?', 'Beau travail de cadre à 1:05.']

function comment(id: number, more: Partial<Comment> = {}): Comment {
  return {
    id,
    url: '',
    text: index(TEXTS, id - 1),
    threadId: 1,
    inReplyToCommentId: null,
    videoId: 1,
    createdAt: DATE,
    editedAt: null,
    deletedAt: null,
    isDeleted: false,
    removedBy: null,
    heldForReview: false,
    pinned: false,
    totalReplies: 0,
    totalRepliesFromVideoAuthor: 0,
    account: { ...account(), id: id === 2 ? 1 : 10 + id, name: id === 2 ? 'bureau' : `voisine${id}`, host: id === 1 ? 'lecture.example' : 'kiosque.example', displayName: id === 2 ? 'Le bureau' : `Voisine numéro ${id}` },
    mentions: id === 1 ? [{ name: 'bureau', host: 'kiosque.example' }] : [],
    ...more,
  }
}

/** Threads in each state. */
export function threads(): CommentThreads {
  const removed = { text: '', account: null, isDeleted: true, deletedAt: DATE, removedBy: 'group' as const, totalReplies: 1 }
  const data = [comment(4, { pinned: true, threadId: 4 }), comment(1, { totalReplies: 12 }), comment(5, { threadId: 5, heldForReview: true, editedAt: DATE }), comment(6, { threadId: 6, ...removed })]
  return { total: 40, totalNotDeletedComments: 52, data }
}

/** Answers to an answer to an answer. */
export function replies(): { total: number; data: CommentTree[] } {
  const tree = (id: number, children: CommentTree[] = []): CommentTree => ({ comment: comment(id, { inReplyToCommentId: 1 }), children, totalChildren: children.length })
  return { total: 12, data: [tree(2, [tree(3, [tree(7, [tree(8)])])])] }
}

export function listedComments(): ListedComment[] {
  const video = { id: 1, uuid: item(0).uuid, shortUUID: 'short0', name: item(0).name, channel: group(0) }
  return [1, 2, 3, 4].map((id) => {
    const { text, createdAt, account } = comment(id)
    return { id, text, createdAt, heldForReview: id === 3, account: account as ListedComment['account'], video }
  })
}

export function reports(): StaffReport[] {
  const reporter = { ...account(), id: 20, name: 'lea', displayName: 'Léa' }
  const one = (id: number, more: Partial<StaffReport>): StaffReport => ({
    id,
    reason: 'Le son fait mal aux oreilles, et le titre promet autre chose.',
    predefinedReasons: ['spamOrMisleading', 'rights'],
    flaggedAccount: { ...account(), id: 21, name: 'voisine1', displayName: 'Voisine numéro 1' },
    state: label(1),
    countMessages: 2,
    createdAt: DATE,
    updatedAt: DATE,
    video: null,
    comment: null,
    moderationComment: null,
    reporterAccount: reporter,
    countReportsForReporter: 4,
    countReportsForReportee: 2,
    ...more,
  })
  const video = { id: 1, uuid: item(0).uuid, name: item(0).name, startAt: 65, endAt: 70, deleted: false, blacklisted: false, countReports: 1 }
  return [
    one(1, { video }),
    one(2, { comment: { id: 1, threadId: 1, text: index(TEXTS, 0), deleted: false, video: { id: 1, name: video.name, uuid: video.uuid } }, predefinedReasons: [], countMessages: 0 }),
    one(3, { state: label(3), moderationComment: 'Bloqué' }),
    one(4, { video: { ...video, deleted: true, id: null }, state: label(2), reporterAccount: null, flaggedAccount: null }),
  ]
}

export function reportMessages(): ReportMessage[] {
  return [
    { id: 1, createdAt: DATE, byModerator: true, message: 'À quelle seconde ?', account: account() },
    { id: 2, createdAt: DATE, byModerator: false, message: 'Tout au début.', account: null },
  ]
}

export function moderationLog(): ModerationLogEntry[] {
  const one = (id: number, action: ModerationLogEntry['action'], more: Partial<ModerationLogEntry> = {}): ModerationLogEntry => ({ id, at: DATE, action, actor: account(), account: null, report: null, video: null, detail: null, ...more })
  return [one(3, 'videoBlocked', { video: 'short0', detail: 'Le bal' }), one(2, 'reportAccepted', { report: 1 }), one(1, 'accountBlocked', { actor: null, detail: 'Robot' })]
}

export function mutes(): AccountBlock[] {
  return [1, 2].map((at) => ({ blockedAccount: { ...account(), id: 20 + at, name: `voisine${at}`, displayName: `Voisine numéro ${at}` }, createdAt: DATE }))
}

export function warnings(forStaff: boolean): ModeratorWarning[] {
  const one = (id: number, kind: ModeratorWarning['kind'], text = ''): ModeratorWarning => ({ id, kind, text, createdAt: DATE, readAt: id === 1 ? DATE : null, ...(forStaff && { by: account() }) })
  return [one(3, 'heard'), one(2, 'muted'), one(1, 'warning', 'Restons aimables, s’il vous plaît.')]
}

export function hiddenVideos(): HiddenVideo[] {
  return [0, 1].map((at) => ({ id: at + 1, createdAt: DATE, reason: at === 0 ? 'Hors sujet' : null, video: item(at) }))
}

export function jobs(state: string): ServerJob[] {
  const job = (id: string, more: Partial<ServerJob>): ServerJob => ({
    id,
    state,
    type: 'transcode',
    lane: 'media',
    progress: 0,
    priority: 1,
    reason: null,
    secondsLeft: null,
    videoUUID: item(1).uuid,
    videoName: item(1).name,
    reasonCode: null,
    note: null,
    createdAt: DATE,
    runAt: DATE,
    finishedOn: null,
    processedOn: null,
    ...more,
  })
  switch (state) {
    case 'active':
      return [job('1', { progress: 64, secondsLeft: 340, note: 'The chip makes 2 qualities at once, x264 the others.' })]
    case 'failed':
      return [job('2', { type: 'probe', reason: 'The file ends too early.', reasonCode: 'damaged' })]
    case 'cancelled':
      return [job('3', {})]
    case 'delayed':
      return [job('4', { type: 'remove-files', videoUUID: null, videoName: null, runAt: '2026-10-21T12:00:00.000Z' })]
    default:
      return []
  }
}

const encoder = { id: 'x264', name: 'x264 (software)', hardware: false, device: null, reason: 'No chip was found.', reasonCode: 'software' }

/** Answers of the API that are the same in every world. */
export const fixed: Record<string, unknown> = {
  '/config': {
    serverVersion: '8.1.0',
    kiosqueVersion: '0.1.0',
    instance: { name: 'Kiosque de la Halle', shortDescription: 'Les associations du quartier.', avatars: [], banners: [], logo: [], social: { externalLink: 'https://kiosque.example', mastodonLink: '', blueskyLink: '' }, support: { text: 'Une cotisation.' }, isNSFW: false, defaultNSFWPolicy: 'do_not_list', serverCountry: 'Valbrune' },
    broadcastMessage: { enabled: false, message: '', level: 'info', dismissable: true },
    contactForm: { enabled: true },
    homepage: { enabled: false },
    email: { enabled: true },
    signup: { allowed: true, requiresApproval: true, requiresEmailVerification: true, minimumAge: 15 },
    transcoding: { enabledResolutions: [] },
    user: { videoQuota: -1, videoQuotaDaily: -1 },
    videoChannels: { maxPerUser: 20 },
    client: { videos: { resumableUpload: { maxChunkSize: 0 } } },
    defaults: { publish: { downloadEnabled: true, commentsPolicy: 1, privacy: 1, licence: null }, p2p: { webapp: { enabled: true }, embed: { enabled: false } } },
    tracker: { enabled: true },
    views: { videos: { watchingInterval: { anonymous: 5000, users: 5000 } } },
  },
  '/config/about': {
    instance: {
      name: 'Kiosque de la Halle',
      shortDescription: 'Les associations du quartier.',
      description: 'Le kiosque de la **place**.',
      terms: 'Chacun parle à son tour.',
      codeOfConduct: 'Personne ne crie.',
      administrator: 'Le bureau.',
      creationReason: '',
      moderationInformation: '',
      maintenanceLifetime: '',
      businessModel: '',
      hardwareInformation: '',
      languages: ['fr'],
      categories: [1],
      avatars: [],
      banners: [],
    },
  },
  '/server/stats': { totalUsers: 3, totalLocalVideos: 8, totalLocalVideoViews: 1234, totalLocalVideoFilesSize: 2.1e11 },
  '/videos/categories': { 1: 'Music', 2: 'Films' },
  '/videos/licences': { 1: 'Attribution' },
  '/videos/languages': { fr: 'French', en: 'English', zxx: 'No linguistic content' },
  '/videos/privacies': { 1: 'Public', 2: 'Unlisted', 3: 'Private', 4: 'Internal', 5: 'Password protected' },
  '/users/me/video-quota-used': { videoQuotaUsed: 12.4e9, videoQuotaUsedDaily: 1e9, sizeOnDisk: 20.7e9 },
  '/uploads/room': { bytesLeft: 7.6e9, limitedBy: 'quota', maxFileSize: 4e10 },
  '/setup/address': { ok: true, reachable: null, level: 'warn', code: 'local', detail: 'Only your network reaches it.' },
  '/setup/encoder-test': { encoder, width: 1280, height: 720, seconds: 5, speed: 2.4 },
  '/server/health': {
    findings: [
      { id: 'encoder', code: 'software', params: { name: 'x264 (software)' }, level: 'good', title: 'Video encoder', detail: 'x264. No chip was found.', todo: null },
      { id: 'mail', code: 'none', params: {}, level: 'warn', title: 'Mail', detail: 'No mail server is configured.', todo: 'Set mail.host.' },
      { id: 'disk', code: 'full', params: { free: 4e8, total: 3.1e10 }, level: 'bad', title: 'Room on the disk', detail: '0.4 GB free of 31 GB.', todo: 'Remove videos.' },
    ],
  },
  '/server/encoder': { selected: encoder, candidates: [{ ...encoder, available: true }], forced: false },
  '/server/encoder/test': { encoder, width: 1280, height: 720, seconds: 5, speed: 2.4 },
  '/server/disk': { total: 4.66e11, free: 2.54e11, media: 1.9e11, sources: 4e10, renditions: 1.2e11, progressive: 2.9e10, pictures: 9e8, captions: 1e6, cache: 2e8, tmp: 1e6, database: 4.2e7, uploads: 2.1e9 },
  '/server/settings': {
    instance: { name: 'Kiosque de la Halle', shortDescription: '', description: '', terms: '', language: 'fr', publicUrl: null, sensitive: false, sensitivePolicy: 'do_not_list' },
    about: { administrator: 'Le bureau', creationReason: '', maintenanceLifetime: '', businessModel: '', codeOfConduct: '', moderationInformation: '', hardwareInformation: '', support: '', languages: ['fr'], categories: [1], country: '', website: '', mastodon: '', bluesky: '' },
    home: {
      welcome: '',
      blocks: [
        { kind: 'welcome' },
        { kind: 'billboard', video: null },
        { kind: 'groups', count: 6 },
        { kind: 'videos', heading: '', order: 'publishedAt', count: 8 },
        { kind: 'featured', heading: 'Nos préférées', videos: [] },
        { kind: 'group', name: 'group0', count: 4 },
        { kind: 'playlist', playlist: 'list1', count: 4 },
      ],
    },
    publish: { privacy: 1, licence: null, downloadEnabled: true, commentsPolicy: 1 },
    mail: { host: 'smtp.example.org', port: 0, security: 'starttls', username: '', password: null, passwordIsSet: true, from: 'kiosque@example.org' },
    contact: { enabled: true, email: '' },
    broadcast: { enabled: false, message: '', level: 'info', dismissable: true },
    look: { roof: '#5b3a63', action: null, actionDark: null, css: '' },
    transcoding: { resolutions: [0, 144, 360, 720], maxFps: 60, copyFactor: 1.5, progressive: true, keepOriginal: false },
    uploads: { maxFileSize: 40_000_000_000, defaultQuota: -1, defaultQuotaDaily: -1, reserve: 1_000_000_000, groupsPerAccount: 20 },
    p2p: { enabled: true, webapp: true, embed: false },
    signup: { mode: 'approval', verifyEmail: true, limit: -1, minimumAge: 15 },
  },
  '/server/machine': {
    keys: [
      { key: 'data_dir', variable: 'KIOSQUE_DATA_DIR', value: '"/var/lib/kiosque"', changed: true, explanation: 'Folder.' },
      { key: 'mail.password', variable: 'KIOSQUE_MAIL__PASSWORD', value: null, changed: false, explanation: 'Its password.' },
    ],
    mailIsWrittenDown: false,
    addressIsWrittenDown: false,
  },
  '/server/look/preview': {
    pairs: [
      { theme: 'light', text: 'on-roof', textColour: '#fbf8ec', ground: 'roof', groundColour: '#5b3a63', contrast: 8.9, needed: 4.5, setting: 'look.roof' },
      { theme: 'dark', text: 'action', textColour: '#333333', ground: 'ground', groundColour: '#111a17', contrast: 1.4, needed: 4.5, setting: 'look.actionDark' },
    ],
    css: '',
  },
  '/server/disk/spare': { sources: { files: 12, bytes: 4e10 }, sourcesAreKept: false, uploads: { files: 1, bytes: 2e9 }, cache: { files: 0, bytes: 0 }, nameless: { files: 3, bytes: 7e6 } },
  '/users/me/deletion': { groups: [{ name: 'group0', displayName: 'Fanfare des Deux-Ponts', videos: 2, heir: null }, { name: 'group1', displayName: 'Maison de quartier des Tilleuls', videos: 5, heir: 'Camille' }], playlists: 3, comments: 3 },
}
