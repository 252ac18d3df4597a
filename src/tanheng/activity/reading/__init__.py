"""读取 Files as people have them: workbooks, text files, Parquet, frames; found tables, heads, titles and refused rows."""
