import type {
  Account, AccountBlock, BlockOrder, Caption, Comment, CommentThreads, CommentTree, Follow, Group, GroupLogEntry, GroupWithPeople, HeldIn, HiddenVideo,
  HomeBlockShown, HomePage, Invitation, JoinRequest, ListedComment, Me, Member, Membership, ModerationLogEntry, ModeratorWarning, MyVideo,
  Notification, Offer, OpenInvitation, Playlist, PlaylistElement, Profile, Progress, Registration, ReportMessage, ServerBlock, ServerJob, SetupState, StaffReport,
  StaffVideo, TokenSession, User, Video, VideoItem,
} from '../../src/api/types'

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
/** An account or group, wherever it lives. */
const ACTOR = { host: 'kiosque.example', avatars: [], hostRedundancyAllowed: false, followingCount: 0, followersCount: 0, createdAt: DATE, updatedAt: DATE }
const index = <T>(list: T[], at: number): T => list[at % list.length] as T

export function group(at: number): Group {
  const name = `group${at}`
  return {
    ...ACTOR,
    id: at + 1,
    name,
    url: `http://kiosque.example/video-channels/${name}`,
    displayName: index(NAMES, at),
    banners: at === 0 ? [{ width: 1920, height: 317, path: '/lazy-static/banners/4.svg', fileUrl: '', createdAt: DATE, updatedAt: DATE }] : [],
    description: at % 2 ? 'Cuivres, bois et peaux.\n\n- le **jeudi**\n- https://kiosque.example' : 'Cuivres, bois et peaux.',
    support: at === 0 ? 'Une cotisation.' : null,
    isLocal: true,
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
    privacy: label(index([1, 2, 3, 4, 5] as const, at)),
    nsfw: at === 5,
    nsfwFlags: at === 5 ? 3 : 0,
    nsfwSummary: at === 5 ? 'Un cerf est tué.' : null,
    truncatedDescription: null,
    description: null,
    isLocal: at !== 6,
    isLive: false,
    duration: [4360, 375, 842][at % 3] ?? 0,
    aspectRatio: 1.7778,
    views: at * 171,
    viewers: 0,
    comments: 0,
    likes: 3,
    dislikes: 1,
    thumbnailPath: `/lazy-static/thumbnails/${at}.svg`,
    previewPath: `/lazy-static/previews/${at}.svg`,
    thumbnails: [],
    embedPath: `/videos/embed/short${at}`,
    publishedAt: DATE,
    createdAt: DATE,
    updatedAt: DATE,
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
    descriptionPath: '',
    descriptionHtml: '',
    support: null,
    tags: ['bal', 'été'],
    commentsEnabled: true,
    commentsPolicy: label(1),
    embedPrivacyPolicy: label(1),
    inputFileUpdatedAt: null,
    trackerUrls: [],
    mayManage: true,
    downloadEnabled: true,
    blacklisted: at === 3,
    blacklistedReason: at === 3 ? 'Hors sujet' : null,
    state: label(1),
    waitTranscoding: false,
    channel: group(at),
    account: { ...account(), description: 'Le bureau.' },
    files: [],
    streamingPlaylists: [{ id: 1, type: 1, playlistUrl: '/static/none.m3u8', segmentsSha256Url: null, redundancies: [], files: [file(360), file(720)] }],
  }
}

/** A video as moderators list it, in each state. */
export function staffVideo(one: VideoItem, at: number): StaffVideo {
  return { ...one, state: label(index([1, 2, 7] as const, at)), blacklisted: at === 1, files: [], streamingPlaylists: [] }
}

export const captions = (): Caption[] => [{ language: { id: 'fr', label: 'French' }, automaticallyGenerated: false, captionPath: '/lazy-static/video-captions/fr.vtt', fileUrl: '', m3u8Url: null, updatedAt: DATE }]

function file(lines: number): Video['streamingPlaylists'][number]['files'][number] {
  const url = `/static/${lines}.mp4`
  return {
    id: lines,
    resolution: { id: lines, label: `${lines}p` },
    width: (lines * 16) / 9,
    height: lines,
    magnetUri: null,
    size: lines * 1e6,
    fps: 25,
    torrentUrl: '',
    torrentDownloadUrl: '',
    fileUrl: url,
    fileDownloadUrl: url,
    hasAudio: true,
    hasVideo: true,
    storage: 0,
    playlistUrl: null,
  }
}

export function account(): Account {
  return { ...ACTOR, id: 1, name: 'bureau', url: '', displayName: 'Le bureau', description: 'Qui tient le kiosque.' }
}

/** What is told of in PeerTube and not here. */
const NOT_USED = { videoAutoBlacklistAsModerator: 0, myVideoImportFinished: 0, newInstanceFollower: 0, autoInstanceFollowing: 0, newPeerTubeVersion: 0, newPluginVersion: 0, myVideoStudioEditionFinished: 0, myVideoTranscriptionGenerated: 0 }

export function me(): Me {
  return {
    id: 1,
    username: 'bureau',
    email: 'bureau@kiosque.example',
    emailPublic: false,
    emailVerified: true,
    role: label(0),
    adminFlags: 0,
    blocked: false,
    blockedReason: null,
    createdAt: DATE,
    lastLoginDate: DATE,
    pluginAuth: null,
    theme: 'instance-default',
    language: null,
    p2pEnabled: true,
    nsfwPolicy: 'do_not_list',
    nsfwFlagsDisplayed: 0,
    nsfwFlagsHidden: 0,
    nsfwFlagsBlurred: 0,
    nsfwFlagsWarned: 0,
    videosHistoryEnabled: true,
    autoPlayVideo: true,
    autoPlayNextVideo: false,
    autoPlayNextVideoPlaylist: true,
    videoLanguages: null,
    noInstanceConfigWarningModal: true,
    noWelcomeModal: true,
    noAccountSetupWarningModal: true,
    newFeaturesInfoRead: 0,
    videoQuota: 20e9,
    videoQuotaDaily: -1,
    twoFactorEnabled: false,
    pendingEmail: null,
    account: account(),
    videoChannels: [group(0), group(1)].map((one) => ({ ...one, ownerAccountId: 1 })),
    videoChannelCollaborations: [],
    specialPlaylists: [{ id: 1, name: 'Watch later', type: 2 }],
    notificationSettings: { ...NOT_USED, newVideoFromSubscription: 1, newCommentOnMyVideo: 1, commentMention: 1, myVideoPublished: 1, newFollow: 0, newUserRegistration: 3, abuseAsModerator: 3, blacklistOnMyVideo: 3, abuseStateChange: 3, abuseNewMessage: 3, groupPeople: 3 },
    unreadNotificationsCount: 2,
    unreadWarnings: 0,
  }
}

/** Accounts as their administrator lists them. */
export function users(): User[] {
  return [me(), { ...me(), id: 2, username: 'camille', blocked: true, blockedReason: 'Robot' }, { ...me(), id: 3, username: 'lea', invited: true, emailVerified: false, passwordAskedAt: DATE }]
}

export function tokenSessions(): TokenSession[] {
  const nothing = { loginDevice: null, loginIP: null, lastActivityDevice: null, lastActivityIP: null }
  const one = (id: number, more: Partial<TokenSession>): TokenSession => ({ id, currentSession: false, ...nothing, loginDate: DATE, lastActivityDate: DATE, createdAt: DATE, ...more })
  return [one(1, { currentSession: true, loginDevice: 'Firefox', loginIP: '192.0.2.4' }), one(2, {})]
}

export const setup = (mayLook: boolean): SetupState => (mayLook ? { claimed: false, languages: ['fr', 'en'], suggestedUrl: 'http://192.168.1.20:8080', version: '0.1.0' } : { claimed: true })

/** One of each kind. */
export function notifications(): Notification[] {
  const told = (type: Notification['type'], about: Partial<Notification>): Omit<Notification, 'id' | 'read'> => ({ type, data: {}, createdAt: DATE, updatedAt: DATE, ...about })
  const named = { id: 1, uuid: item(1).uuid, shortUUID: 'short1', name: 'Le bal de la place', state: label<1>(1) }
  const by = person('camille', 'Camille')
  const comment = (heldForReview: boolean) => ({ id: 7, threadId: 7, account: by, video: named, heldForReview })
  const follow = (type: 'account' | 'channel') => ({ id: 1, state: 'accepted' as const, follower: by, following: { type, name: 'group0', displayName: 'Fanfare des Deux-Ponts', host: 'kiosque.example' } })
  const all = [
    told(1, { video: { ...named, channel: group(2) } }),
    told(2, { comment: comment(false) }),
    told(2, { comment: comment(true) }),
    told(6, { video: { ...named, channel: group(0) } }),
    told(9, { account: by }),
    told(10, { actorFollow: follow('account') }),
    told(10, { actorFollow: follow('channel') }),
    told(11, { comment: comment(false) }),
    told(12, { videoBlacklist: { id: 1, video: named } }),
    told(3, { abuse: { id: 5, state: 1 } }),
    told(3, { abuse: { id: 7, state: 1, video: named } }),
    told(3, { abuse: { id: 8, state: 1, comment: { threadId: 7, video: named } } }),
    told(3, { abuse: { id: 9, state: 1, account: by } }),
    told(4, { videoBlacklist: { id: 2, video: named } }),
    told(5, { video: { ...named, channel: group(0) } }),
    told(15, { abuse: { id: 5, state: 3 } }),
    told(15, { abuse: { id: 6, state: 2 } }),
    told(16, { abuse: { id: 5, state: 1 } }),
    told(20, { registration: { id: 1, username: 'dominique' } }),
    ...([23, 24, 25, 1001, 1002, 1003] as const).map((type) => told(type, { group: group(1), account: by })),
    ...([1004, 1005, 1006] as const).map((type) => told(type, { video: { ...named, channel: group(1) }, account: by })),
    told(1007, {}),
  ]
  return all.map((one, at) => ({ id: all.length - at, read: at > 1, ...one }))
}

const person = (name: string, displayName: string) => ({ ...account(), id: name.length, name, displayName })

export function followers(): Follow[] {
  const actor = { ...group(0), banners: [] }
  return [{ id: 1, follower: { ...actor, name: 'camille' }, following: actor, score: 1000, state: 'accepted', createdAt: DATE, updatedAt: DATE }]
}

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
  const one = (id: number, more: Partial<Invitation>): Invitation => ({ id, group: group(1), account: null, role: 'member', by: account(), createdAt: DATE, expiresAt: DATE, uses: 3, mostUses: 10, ...more })
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
  const privacy = at === 0 ? 3 : index([1, 2, 3] as const, at - 1)
  return {
    id: at + 1,
    uuid: `00000000-0000-4000-9000-00000000000${at}`,
    shortUUID: `list${at}`,
    isLocal: true,
    url: '',
    displayName: at === 0 ? 'Watch later' : index(['Les bals de l’été', 'À montrer aux nouveaux', 'Pour la réunion de décembre, à regarder dans cet ordre'], at - 1),
    description: at === 1 ? 'Trois soirs, **dans l’ordre**.' : null,
    privacy: label(privacy),
    type: label(at === 0 ? 2 : 1),
    thumbnailPath: at === 2 ? null : `/lazy-static/thumbnails/${at}.svg`,
    thumbnails: [],
    embedPath: `/video-playlists/embed/list${at}`,
    videosLength: at === 2 ? 0 : 6,
    createdAt: DATE,
    updatedAt: DATE,
    ownerAccount: account(),
    videoChannelPosition: privacy === 3 ? null : at,
    videoChannel: privacy === 3 ? null : group(0),
  }
}

/** What the home page shows: little while there is little. */
export function home(videos: VideoItem[], groups: Group[], order: BlockOrder): HomePage {
  const [newest, ...rest] = videos
  const [first] = groups
  const blocks: HomeBlockShown[] = []
  if (newest) blocks.push({ kind: 'billboard', order, video: newest })
  if (first) blocks.push({ kind: 'groups', total: groups.length, groups: groups.slice(0, 6) })
  if (rest.length > 0) blocks.push({ kind: 'videos', heading: '', order, videos: rest })
  if (rest.length > 4) {
    blocks.push({ kind: 'playlist', playlist: playlist(1), videos: rest.slice(0, 4) })
    if (first) blocks.push({ kind: 'group', group: first, videos: [] })
  }
  const only = groups.length === 1
  return { blocks: only ? [] : blocks, opensOn: only && first ? first.name : null, films: videos.length, claimed: true }
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
    channelHandle: null,
    channelDisplayName: null,
    createdAt: DATE,
    updatedAt: DATE,
    user: null,
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
    updatedAt: DATE,
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
    const written = comment(id)
    return { ...written, heldForReview: id === 3, account: written.account ?? account(), automaticTags: [], video }
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
  const video = { id: 1, uuid: item(0).uuid, name: item(0).name, nsfw: false, startAt: 65, endAt: 70, deleted: false, blacklisted: false, countReports: 1 }
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

export function mutedServers(): ServerBlock[] {
  return ['lecture.example', 'tube.bruit-de-fond.example'].map((host) => ({ blockedServer: { host }, createdAt: DATE }))
}

export function warnings(forStaff: boolean): ModeratorWarning[] {
  const one = (id: number, kind: ModeratorWarning['kind'], text = ''): ModeratorWarning => ({ id, kind, text, createdAt: DATE, readAt: id === 1 ? DATE : null, ...(forStaff && { by: account() }) })
  return [one(3, 'heard'), one(2, 'muted'), one(1, 'warning', 'Restons aimables, s’il vous plaît.')]
}

export function hiddenVideos(): HiddenVideo[] {
  return [0, 1].map((at) => ({ id: at + 1, createdAt: DATE, updatedAt: DATE, type: 1, unfederated: false, reason: at === 0 ? 'Hors sujet' : null, video: item(at) }))
}

export function jobs(state: ServerJob['state']): ServerJob[] {
  const job = (id: string, more: Partial<ServerJob>): ServerJob => ({
    id,
    state,
    type: 'transcode',
    data: {},
    error: null,
    attempts: 1,
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
