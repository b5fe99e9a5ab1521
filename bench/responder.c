/* A fast SNMPv2c responder for bench/engine.py: one thread, one socket, any number of agents.
 *
 * It answers Get-, GetNext- and GetBulkRequest for every address it is reached at (127.0.0.0/8):
 * a switch of 52 interfaces with 16 columns of IF-MIB and ifXTable, and a UPS of ten scalars.
 * Octet and packet counters move with time; values are encoded in as few octets as they take, as
 * real agents do. Replies are at most `limit` octets: GETBULK is cut there, GET gets tooBig.
 *
 * usage: responder PORT [LIMIT]     prints "ready" once it listens
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 64
#define ROOM 65536
#define MAX_ARCS 128
#define MAX_VARBINDS 512
#define INTERFACES 52

typedef struct { uint32_t arc[MAX_ARCS]; int count; } oid_t;
typedef struct { const uint8_t *oid; size_t oid_len; oid_t arcs; } name_t;

/* A column of the switch (rows 1..52) or a scalar (row 0); the list is in lexical order. */
typedef struct { uint8_t oid[16]; int oid_len; int arcs; uint8_t tag; int rows; int kind; } column_t;
enum { TICKS, ADMIN, OPER, RARE, OCTETS, PACKETS, BROADCASTS, SPEED, NEVER, UPS };

static column_t columns[40];
static int column_count, first_ups;
static oid_t column_arcs[40];
static uint64_t now_ms;

static void add_column(const char *text, uint8_t tag, int rows, int kind)
{
    oid_t *arcs = &column_arcs[column_count];
    column_t *column = &columns[column_count++];
    char copy[128];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *part = strtok(copy, "."); part; part = strtok(NULL, "."))
        arcs->arc[arcs->count++] = (uint32_t)strtoul(part, NULL, 10);
    column->oid[column->oid_len++] = 0x2b;
    for (int i = 2; i < arcs->count; i++)
        column->oid[column->oid_len++] = (uint8_t)arcs->arc[i]; /* all below 128 */
    column->arcs = arcs->count;
    column->tag = tag, column->rows = rows, column->kind = kind;
}

static void make_mib(void)
{
    add_column("1.3.6.1.2.1.1.3", 0x43, 0, TICKS);
    add_column("1.3.6.1.2.1.2.2.1.7", 0x02, INTERFACES, ADMIN);
    add_column("1.3.6.1.2.1.2.2.1.8", 0x02, INTERFACES, OPER);
    add_column("1.3.6.1.2.1.2.2.1.13", 0x41, INTERFACES, RARE);
    add_column("1.3.6.1.2.1.2.2.1.14", 0x41, INTERFACES, RARE);
    add_column("1.3.6.1.2.1.2.2.1.19", 0x41, INTERFACES, RARE);
    add_column("1.3.6.1.2.1.2.2.1.20", 0x41, INTERFACES, RARE);
    add_column("1.3.6.1.2.1.31.1.1.1.6", 0x46, INTERFACES, OCTETS);
    add_column("1.3.6.1.2.1.31.1.1.1.7", 0x46, INTERFACES, PACKETS);
    add_column("1.3.6.1.2.1.31.1.1.1.8", 0x46, INTERFACES, BROADCASTS);
    add_column("1.3.6.1.2.1.31.1.1.1.9", 0x46, INTERFACES, BROADCASTS);
    add_column("1.3.6.1.2.1.31.1.1.1.10", 0x46, INTERFACES, OCTETS);
    add_column("1.3.6.1.2.1.31.1.1.1.11", 0x46, INTERFACES, PACKETS);
    add_column("1.3.6.1.2.1.31.1.1.1.12", 0x46, INTERFACES, BROADCASTS);
    add_column("1.3.6.1.2.1.31.1.1.1.13", 0x46, INTERFACES, BROADCASTS);
    add_column("1.3.6.1.2.1.31.1.1.1.15", 0x42, INTERFACES, SPEED);
    add_column("1.3.6.1.2.1.31.1.1.1.19", 0x43, INTERFACES, NEVER);
    first_ups = column_count;
    add_column("1.3.6.1.2.1.33.1.2.1", 0x02, 0, UPS);
    add_column("1.3.6.1.2.1.33.1.2.2", 0x02, 0, UPS);
    add_column("1.3.6.1.2.1.33.1.2.3", 0x02, 0, UPS);
    add_column("1.3.6.1.2.1.33.1.2.4", 0x02, 0, UPS);
    add_column("1.3.6.1.2.1.33.1.2.5", 0x02, 0, UPS);
    add_column("1.3.6.1.2.1.33.1.2.7", 0x02, 0, UPS);
    add_column("1.3.6.1.2.1.33.1.4.1", 0x02, 0, UPS);
    add_column("1.3.6.1.2.1.33.1.4.2", 0x02, 0, UPS);
    add_column("1.3.6.1.2.1.33.1.6.1", 0x42, 0, UPS);
}

static uint32_t mix(uint32_t seed)
{
    seed ^= seed >> 16, seed *= 0x7feb352dU, seed ^= seed >> 15, seed *= 0x846ca68bU;
    return seed ^ seed >> 16;
}

static uint64_t value_of(int column, uint32_t row, uint32_t host)
{
    static const uint32_t ups[] = {2, 0, 47, 100, 2160, 24, 3, 500, 0};
    uint32_t seed = mix(host * 2654435761U + (uint32_t)column * 977U + row * 131U);
    switch (columns[column].kind) {
    case TICKS: return (now_ms / 10 + seed) & 0xffffffff;
    case ADMIN: return seed % 20 ? 1 : 2;
    case OPER: return seed % 4 ? 1 : 2;
    case RARE: return seed % 3 ? 0 : seed % 90000 + now_ms / 60000 % 1000;
    case OCTETS: return (uint64_t)seed * 900 + now_ms * (seed % 40000);
    case PACKETS: return (uint64_t)seed / 2 + now_ms * (seed % 90) / 2;
    case BROADCASTS: return seed % 9000000 + now_ms / 1000 * (seed % 5);
    case SPEED: return row > 48 ? 10000 : 1000;
    case NEVER: return 0;
    default: return ups[column - first_ups];
    }
}

static int read_header(const uint8_t **at, const uint8_t *end, uint8_t tag, size_t *length)
{
    const uint8_t *p = *at;
    if (end - p < 2 || p[0] != tag)
        return 0;
    size_t n = p[1];
    p += 2;
    if (n & 0x80) {
        int octets = n & 0x7f;
        if (octets < 1 || octets > 4 || end - p < octets)
            return 0;
        for (n = 0; octets--; p++)
            n = n << 8 | *p;
    }
    if ((size_t)(end - p) < n)
        return 0;
    *at = p, *length = n;
    return 1;
}

static int read_number(const uint8_t **at, const uint8_t *end, long *number)
{
    size_t length;
    if (!read_header(at, end, 0x02, &length) || length < 1 || length > 8)
        return 0;
    for (*number = (int8_t)**at, ++*at; --length; ++*at)
        *number = *number * 256 + **at;
    return 1;
}

static int read_oid(const uint8_t *p, size_t length, oid_t *oid)
{
    const uint8_t *end = p + length;
    if (!length || end[-1] & 0x80)
        return 0;
    oid->count = 0;
    while (p < end && oid->count < MAX_ARCS - 1) {
        uint32_t arc = 0;
        do
            arc = arc << 7 | (*p & 0x7f);
        while (*p++ & 0x80);
        if (!oid->count) {
            oid->arc[oid->count++] = arc < 80 ? arc / 40 : 2;
            arc -= oid->arc[0] * 40;
        }
        oid->arc[oid->count++] = arc;
    }
    return p == end;
}

/* Write backwards from `p`: what a length counts is known before the length is written. */
static uint8_t *put_header(uint8_t *p, uint8_t tag, size_t length)
{
    size_t rest = length;
    if (length < 0x80) {
        *--p = (uint8_t)length;
    } else {
        int octets = 0;
        for (; rest; rest >>= 8, octets++)
            *--p = (uint8_t)rest;
        *--p = (uint8_t)(0x80 | octets);
    }
    *--p = tag;
    return p;
}

static uint8_t *put_number(uint8_t *p, uint8_t tag, uint64_t value)
{
    uint8_t *end = p;
    do
        *--p = (uint8_t)value;
    while (value >>= 8);
    if (*p & 0x80)
        *--p = 0;
    return put_header(p, tag, (size_t)(end - p));
}

static int compare(const uint32_t *a, int a_count, const uint32_t *b, int b_count)
{
    for (int i = 0; i < a_count && i < b_count; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return a_count - b_count;
}

static int find(const oid_t *oid, int *column, uint32_t *row)
{
    for (int i = 0; i < column_count; i++) {
        const oid_t *arcs = &column_arcs[i];
        if (oid->count != arcs->count + 1 || memcmp(oid->arc, arcs->arc, 4 * (size_t)arcs->count))
            continue;
        *column = i, *row = oid->arc[arcs->count];
        return columns[i].rows ? *row >= 1 && *row <= (uint32_t)columns[i].rows : *row == 0;
    }
    return 0;
}

/* The first instance after `oid`. */
static int find_next(const oid_t *oid, int *column, uint32_t *row)
{
    for (int i = 0; i < column_count; i++) {
        const oid_t *arcs = &column_arcs[i];
        uint32_t first = columns[i].rows ? 1 : 0, last = (uint32_t)columns[i].rows;
        if (compare(arcs->arc, arcs->count, oid->arc, oid->count) > 0) {
            *column = i, *row = first;
            return 1;
        }
        if (oid->count < arcs->count || memcmp(oid->arc, arcs->arc, 4 * (size_t)arcs->count))
            continue;
        uint32_t next = oid->count == arcs->count ? first : oid->arc[arcs->count] + 1;
        if (next < first)
            next = first;
        if (next <= last) {
            *column = i, *row = next;
            return 1;
        }
    }
    return 0;
}

/* One varbind, written backwards; a column of -1 is an exception under the name asked. */
static uint8_t *put_varbind(uint8_t *p, int column, uint32_t row, uint32_t host, uint8_t exception,
                            const uint8_t *oid, size_t oid_len)
{
    uint8_t *end = p;
    if (column < 0) {
        *--p = 0, *--p = exception;
        p -= oid_len, memcpy(p, oid, oid_len);
    } else {
        p = put_number(p, columns[column].tag, value_of(column, row, host));
        oid_len = (size_t)columns[column].oid_len + 1;
        *--p = (uint8_t)row;
        p -= oid_len - 1, memcpy(p, columns[column].oid, oid_len - 1);
    }
    p = put_header(p, 0x06, oid_len);
    return put_header(p, 0x30, (size_t)(end - p));
}

typedef struct { int column; uint32_t row; int name; } found_t;

static name_t names[MAX_VARBINDS];
static found_t found[MAX_VARBINDS * 4];

/* Answer the request in `in`; the answer ends at `end`. Returns its length, 0 = none. */
static size_t answer(const uint8_t *in, size_t length, uint8_t *end, uint32_t host, size_t limit)
{
    const uint8_t *at = in, *stop = in + length, *community;
    size_t size, community_len;
    long version, id, first, second;
    if (!read_header(&at, stop, 0x30, &size) || !read_number(&at, stop, &version) || version != 1)
        return 0;
    if (!read_header(&at, stop, 0x04, &community_len))
        return 0;
    community = at, at += community_len;
    if (at >= stop)
        return 0;
    uint8_t kind = *at;
    if ((kind != 0xa0 && kind != 0xa1 && kind != 0xa5) || !read_header(&at, stop, kind, &size)
        || !read_number(&at, stop, &id) || !read_number(&at, stop, &first)
        || !read_number(&at, stop, &second) || !read_header(&at, stop, 0x30, &size))
        return 0;
    int asked = 0, answered = 0;
    while (at < stop && asked < MAX_VARBINDS) {
        name_t *name = &names[asked++];
        if (!read_header(&at, stop, 0x30, &size))
            return 0;
        const uint8_t *next = at + size;
        if (!read_header(&at, next, 0x06, &name->oid_len))
            return 0;
        name->oid = at, at = next;
        if (!read_oid(name->oid, name->oid_len, &name->arcs))
            return 0;
    }
    long rounds = kind == 0xa5 ? (second < 1 ? 1 : second) : 1;
    for (long round = 0; round < rounds && answered + asked <= MAX_VARBINDS * 4; round++) {
        for (int i = 0; i < asked; i++) {
            found_t *f = &found[answered++];
            int ok = 0;
            f->name = i;
            if (kind == 0xa0) {
                ok = find(&names[i].arcs, &f->column, &f->row);
            } else if (round == 0) {
                ok = find_next(&names[i].arcs, &f->column, &f->row);
            } else {
                const found_t *before = &found[answered - 1 - asked];
                if (before->column >= 0) {
                    f->column = before->column, f->row = before->row + 1, ok = 1;
                    if (f->row > (uint32_t)columns[f->column].rows) {
                        f->column++, ok = f->column < column_count;
                        f->row = ok && columns[f->column].rows ? 1 : 0;
                    }
                }
            }
            if (!ok)
                f->column = -1;
        }
        if (kind == 0xa5 && (size_t)answered * 18 > limit)
            break;
    }
    if (kind == 0xa5) { /* cut to what fits, counting varbinds as they will be */
        size_t total = 40 + community_len;
        for (int i = 0; i < answered; i++) {
            static uint8_t scratch[512];
            const found_t *f = &found[i];
            const name_t *name = &names[f->name];
            uint8_t *from = put_varbind(scratch + 512, f->column, f->row, host, 0x82, name->oid,
                                        name->oid_len);
            total += (size_t)(scratch + 512 - from);
            if (total > limit)
                answered = i;
        }
    }
    uint8_t *p = end;
    for (int i = answered; i--;) {
        const name_t *name = &names[found[i].name];
        p = put_varbind(p, found[i].column, found[i].row, host, kind == 0xa0 ? 0x81 : 0x82,
                        name->oid, name->oid_len);
    }
    int too_big = kind == 0xa0 && (size_t)(end - p) + 40 + community_len > limit;
    if (too_big)
        p = end;
    p = put_header(p, 0x30, (size_t)(end - p));
    p = put_number(p, 0x02, 0);
    p = put_number(p, 0x02, too_big ? 1 : 0);
    p = put_number(p, 0x02, (uint64_t)id & 0x7fffffff);
    p = put_header(p, 0xa2, (size_t)(end - p));
    p -= community_len, memcpy(p, community, community_len);
    p = put_header(p, 0x04, community_len);
    p = put_number(p, 0x02, 1);
    p = put_header(p, 0x30, (size_t)(end - p));
    return (size_t)(end - p);
}

static uint8_t in[BATCH][ROOM], out[BATCH][ROOM * 2];
static char control[BATCH][128];

int main(int argc, char **argv)
{
    int port = argc > 1 ? atoi(argv[1]) : 16161, on = 1, buffer = 16 << 20;
    size_t limit = argc > 2 ? strtoul(argv[2], NULL, 10) : 1472;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in from[BATCH];
    struct mmsghdr read[BATCH], write[BATCH];
    struct iovec read_into[BATCH], write_from[BATCH];
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    make_mib();
    setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    setsockopt(sock, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
    setsockopt(sock, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    here.sin_addr.s_addr = htonl(INADDR_ANY);
    if (bind(sock, (struct sockaddr *)&here, sizeof here)) {
        perror("bind");
        return 1;
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        memset(read, 0, sizeof read);
        for (int i = 0; i < BATCH; i++) {
            read_into[i] = (struct iovec){in[i], ROOM};
            read[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i],
                .msg_iov = &read_into[i], .msg_iovlen = 1,
                .msg_control = control[i], .msg_controllen = sizeof control[i]};
        }
        int got = recvmmsg(sock, read, BATCH, MSG_WAITFORONE, NULL), ready = 0;
        struct timespec time;
        clock_gettime(CLOCK_MONOTONIC, &time);
        now_ms = (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
        for (int i = 0; i < got; i++) {
            struct cmsghdr *note = CMSG_FIRSTHDR(&read[i].msg_hdr);
            if (!note || note->cmsg_type != IP_PKTINFO)
                continue;
            struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(note);
            info->ipi_ifindex = 0;
            info->ipi_spec_dst = info->ipi_addr; /* answer from where it was asked */
            uint8_t *end = out[i] + sizeof out[i];
            size_t length = answer(in[i], read[i].msg_len, end, info->ipi_addr.s_addr, limit);
            if (!length)
                continue;
            write_from[ready] = (struct iovec){end - length, length};
            write[ready].msg_hdr = read[i].msg_hdr;
            write[ready].msg_hdr.msg_iov = &write_from[ready];
            write[ready].msg_hdr.msg_flags = 0;
            ready++;
        }
        for (int sent = 0; sent < ready;) {
            int more = sendmmsg(sock, write + sent, (unsigned)(ready - sent), 0);
            sent += more > 0 ? more : 1;
        }
    }
}
