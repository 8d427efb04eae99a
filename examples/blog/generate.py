"""Writes the sample blog's records: `python examples/blog/generate.py` (always the same ones)."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

HERE = Path(__file__).parent
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
PEOPLE = [
    ("alice", "Alice Moreau", "author"),
    ("bob", "Bob Okafor", "author"),
    ("carol", "Carol Lindqvist", "editor"),
    ("dave", "Dave Tanaka", "reader"),
    ("erin", "Erin Haddad", "author"),
    ("frank", "Frank Novak", "reader"),
    ("grace", "Grace Nakamura", "author"),
    ("heidi", "Heidi Fischer", "editor"),
    ("ivan", "Ivan Petrov", "reader"),
    ("judy", "Judy Mensah", "author"),
    ("mallory", "Mallory Quinn", "reader"),
    ("niaj", "Niaj Rahman", "author"),
    ("olivia", "Olivia Costa", "reader"),
    ("peggy", "Peggy Svensson", "author"),
    ("rupert", "Rupert Byrne", "reader"),
    ("sybil", "Sybil Duarte", "reader"),
    ("trent", "Trent Walker", "admin"),
    ("victor", "Victor Almeida", "reader"),
    ("wendy", "Wendy Zhang", "author"),
    ("yara", "Yara Haddad", "reader"),
]
CATEGORIES = [
    ("cloud", "Cloud", "Services, regions and what they cost."),
    ("python", "Python", "The language and its libraries."),
    ("data", "Data", "Models, indexes and migrations."),
    ("security", "Security", "Who may do what, and how to prove it."),
    ("operations", "Operations", "Running things at three in the morning."),
    ("testing", "Testing", "Knowing that it works."),
    ("design", "Design", "Interfaces for people and for programs."),
    ("careers", "Careers", "Working with others."),
]
SUBJECTS = [
    ("change feeds", ["data", "cloud"]),
    ("partition keys", ["data", "cloud"]),
    ("cold starts", ["cloud", "performance"]),
    ("row-level rules", ["security", "data"]),
    ("cursor pagination", ["api", "data"]),
    ("property-based tests", ["testing", "python"]),
    ("optimistic concurrency", ["data", "api"]),
    ("structured logs", ["operations"]),
    ("schema evolution", ["data", "operations"]),
    ("managed identities", ["security", "cloud"]),
    ("GraphQL fragments", ["api", "graphql"]),
    ("async Python", ["python", "performance"]),
    ("idempotent writes", ["api", "data"]),
    ("feature flags", ["operations", "design"]),
    ("typed clients", ["api", "design"]),
]
TITLES = [
    "What nobody tells you about {}",
    "A year with {}",
    "{}, explained with one example",
    "Five mistakes we made with {}",
    "Measuring {} before arguing about it",
    "Teaching {} to a new team",
    "Why we rewrote our {} twice",
    "{} on a quiet Friday",
]
SENTENCES = [
    "We started with the simplest thing that could work, and it worked for longer than anyone expected.",
    "The first surprise came when traffic doubled and the numbers did not move at all.",
    "It took an afternoon with a profiler to see that most of the time went somewhere else.",
    "Nobody reads the manual for {}, so the defaults have to be right.",
    "If you remember one thing about {}, let it be this: write down what you measured.",
    "Our rule of thumb is to keep the hot path boring and the cold path well tested.",
    "The fix was three lines; finding them took three weeks.",
    "There is a trade-off here, and pretending otherwise only moves it to production.",
    "A small test that fails for the right reason is worth more than a large one that never fails.",
    "Looking back, {} was never the problem; our assumptions were.",
    "The customer noticed before our alarms did, which is how we learned to test the alarms.",
    "Since then the graph has been flat, which is the nicest shape a graph can have.",
]
REMARKS = [
    "This saved me a day, thank you!",
    "We went the other way and regretted it.",
    "Could you share the numbers behind the second graph?",
    "I disagree about the defaults, but the rest matches what we saw.",
    "Bookmarked for the next design review.",
    "Does this hold for small teams, too?",
    "The part about measuring first should be printed on a poster.",
    "We hit the same issue last month. Same cause, same fix.",
    "Clear and short. More of this, please.",
    "How did you test the rollback?",
]


def main() -> None:
    """Write one file per entity."""
    source = random.Random(7)  # noqa: S311 - sample data
    users = [
        {"id": id, "name": name, "email": f"{id}@example.com", "role": role, "createdAt": _moment(700 - 9 * n)}
        for n, (id, name, role) in enumerate(PEOPLE)
    ]
    authors = [id for id, _, role in PEOPLE if role != "reader"]
    posts = [_post(source, number, authors) for number in range(120)]
    published = [post for post in posts if post["status"] == "published"]
    comments = [_comment(source, number, source.choice(published)) for number in range(420)]
    categories = [{"id": id, "name": name, "description": text} for id, name, text in CATEGORIES]
    for name, records in {"User": users, "Category": categories, "Post": posts, "Comment": comments}.items():
        (HERE / f"{name}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


def _moment(days: float) -> str:
    return (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _identity(kind: str, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://example.com/{kind}/{number}"))


def _post(source: random.Random, number: int, authors: list[str]) -> dict[str, object]:
    subject, tags = SUBJECTS[number % len(SUBJECTS)]
    title = TITLES[number // len(SUBJECTS)].format(subject)
    title = title[0].upper() + title[1:]
    status = source.choices(["published", "draft", "archived"], [8, 2, 1])[0]
    age = 600 - number * 4.7 + source.random() * 3
    sentences = source.sample(SENTENCES, source.randint(4, 9))
    slug = "".join(letter if letter.isalnum() else "-" for letter in title.lower()).strip("-")
    while "--" in slug:
        slug = slug.replace("--", "-")
    return {
        "id": _identity("posts", number),
        "title": title,
        "slug": slug,
        "content": " ".join(sentence.format(subject) for sentence in sentences),
        "status": status,
        "authorId": source.choice(authors),
        "tags": tags,
        "publishedAt": _moment(age - 1) if status != "draft" else None,
        "createdAt": _moment(age),
        "updatedAt": _moment(age - 1),
    }


def _comment(source: random.Random, number: int, post: dict[str, object]) -> dict[str, object]:
    return {
        "id": _identity("comments", number),
        "postId": post["id"],
        "userId": source.choice(PEOPLE)[0],
        "content": source.choice(REMARKS),
        "createdAt": _moment(source.random() * 30),
    }


if __name__ == "__main__":
    main()
