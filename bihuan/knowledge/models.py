"""Knowledge articles."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Article(models.Model):
    """A closed case, worked up so that the next person finds it. Keywords follow 大类-现象-文档类型-年月 (R117)."""

    title = models.CharField(max_length=300)
    keywords = models.CharField(max_length=300)
    body = models.TextField()
    source_number = models.CharField(max_length=32, blank=True, db_index=True)
    source_id = models.BigIntegerField(null=True, unique=True)
    category = models.CharField(max_length=64, blank=True)
    departments = models.JSONField(default=list)
    author = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    search = SearchVectorField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="article_search", fastupdate=False),
            models.Index(fields=["-updated_at", "-id"], name="article_recent"),
        ]
