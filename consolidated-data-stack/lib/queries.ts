// The questions that the stack is there to answer; Athena keeps them as named queries.

import { DATABASE_NAME, TABLE_NAME } from './names';

const TABLE = `${DATABASE_NAME}.${TABLE_NAME}`;

export interface Query {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly sql: string;
}

export const QUERIES: readonly Query[] = [
    {
        id: 'TotalEvents',
        name: 'total-events',
        description: 'Total events',
        sql: `SELECT COUNT(*) FROM ${TABLE};`,
    },
    {
        id: 'EventsByType',
        name: 'events-by-type',
        description: 'Events by type',
        sql: `SELECT event_type, COUNT(*) as count
FROM ${TABLE}
GROUP BY event_type
ORDER BY count DESC;`,
    },
    {
        id: 'EventsByDate',
        name: 'events-by-date',
        description: 'Events by date',
        sql: `SELECT SUBSTR(event_timestamp, 1, 10) as date, COUNT(*) as count
FROM ${TABLE}
GROUP BY SUBSTR(event_timestamp, 1, 10)
ORDER BY date DESC;`,
    },
    {
        id: 'ContentEngagement',
        name: 'content-engagement',
        description: 'Content engagement by title type',
        sql: `SELECT title_type, AVG(watch_duration_seconds) as avg_duration,
       AVG(completion_percentage) as avg_completion
FROM ${TABLE}
GROUP BY title_type;`,
    },
];
